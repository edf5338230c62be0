/** Numbers and reasons in words, as every view of a run says them. */
import prettyMilliseconds from 'pretty-ms';

import { counted } from '../../counted.ts';
import type { FileChanges, KeyChange } from '../../graph/key.ts';
import type { FileAccess, PlanCounts, RunReason } from '../../graph/plan.ts';
import type { Json } from '../../json.ts';
import type { RunCounts, RunFinished } from '../../run/event.ts';
import type { Metric } from '../../stage.ts';
import { dash, significantText } from '../tables/number-text.ts';
import { valueText } from '../value-text.ts';

/** `230ms`, `4.2s`, `1m 20s`. */
export function duration(seconds: number): string {
  const rounded = seconds >= 60 ? Math.round(seconds) : seconds;
  return prettyMilliseconds(rounded * 1000, { secondsDecimalDigits: 1 });
}

/** `12 nodes: 5 to run, 2 perhaps (unless their inputs come out as before), 1 shared with another, 4 unchanged`. */
export function planCounts({ total, hit, run, perhaps, alike, shared }: PlanCounts): string {
  const parts = [
    ...(run + alike > 0
      ? [
          `${run + alike} to run${alike > 0 ? ` (${alike} of them unless their inputs come out like another's)` : ''}`,
        ]
      : []),
    ...(perhaps > 0
      ? [`${perhaps} perhaps (unless ${perhaps === 1 ? 'its' : 'their'} inputs come out as before)`]
      : []),
    ...(shared > 0 ? [`${shared} shared with another`] : []),
    ...(hit > 0 ? [`${hit} unchanged`] : []),
  ];
  return `${counted(total, 'node')}: ${parts.join(', ')}`;
}

/** `3 ran, 5 unchanged, 12.3s`. */
export function summary({
  status,
  counts,
  seconds,
}: Pick<RunFinished, 'status' | 'counts' | 'seconds'>): string {
  const { ran, hit, failed, skipped }: RunCounts = counts;
  return [
    ...(status === 'interrupted' ? ['interrupted'] : []),
    `${ran} ran`,
    `${hit} unchanged`,
    ...(failed > 0 ? [`${failed} ${status === 'interrupted' ? 'stopped or failed' : 'failed'}`] : []),
    ...(skipped > 0 ? [`${skipped} not tried`] : []),
    duration(seconds),
  ].join(', ');
}

/** Why a node runs, in a few words. */
export function reasonInShort(reason: RunReason): string {
  switch (reason.kind) {
    case 'never-run':
      return 'never run';
    case 'failed':
      return 'failed when it ran last';
    case 'removed':
      return 'its artifact was removed';
    case 'damaged':
      return `${reason.path} is not as it was written`;
    case 'outdated':
      return `${reason.path}, which it loads under a computed name, changed`;
    case 'changed': {
      const [first, second, ...others] = reason.changes.map(changeInShort);
      const shown = [first, second].filter((text) => text !== undefined);
      const changes = `${shown.join('; ')}${others.length === 0 ? '' : `; ${others.length} more`}`;
      return reason.against === undefined ? changes : `new; unlike ${reason.against}: ${changes}`;
    }
  }
}

/** `parameter components 8 -> 4`, `code src/science/mixture/em.ts changed`, `inputs: 1 of 3 files changed: a.jpg`. */
export function changeInShort({ part, name, before, after, files }: KeyChange): string {
  switch (part) {
    case 'code':
    case 'input': {
      if (files !== undefined) return `${part} ${name}: ${filesInShort(files, 3)}`;
      const verb = before === undefined ? 'is new' : after === undefined ? 'is gone' : 'changed';
      return `${part} ${name} ${verb}`;
    }
    case 'params':
      return `parameter ${name} ${valueText(before, 40)} -> ${valueText(after, 40)}`;
    case 'format':
      return `the format of keys ${valueText(before, 40)} -> ${valueText(after, 40)}`;
    case 'environment':
      return `${part} ${name} ${changeOfVariable(before, after)}`;
    case 'package':
      return `${part} ${name} ${versionText(before)} -> ${versionText(after)}`;
  }
}

const versionText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : valueText(value, 40);

/** Its value is not told: it may be a secret. */
function changeOfVariable(before: KeyChange['before'], after: KeyChange['after']): string {
  if (before === undefined) return 'is new';
  if (after === undefined) return 'is gone';
  if (before === null) return 'is set';
  return after === null ? 'is not set any more' : 'changed';
}

/** `3 of 50,000 files changed: a.jpg, b.jpg, c.jpg; 1 added: d.jpg`, with so many names of each at the most. */
export function filesInShort({ total, changed, added, removed }: FileChanges, most: number): string {
  const count = (number: number): string => `${grouped(number)} ${number === 1 ? 'file' : 'files'}`;
  const names = ({ count, first }: FileChanges['added']): string =>
    `${first.slice(0, most).join(', ')}${count > most ? ', …' : ''}`;
  const parts = [
    ...(changed.count > 0 ? [`${grouped(changed.count)} of ${count(total)} changed: ${names(changed)}`] : []),
    ...(added.count > 0 ? [`${count(added.count)} added: ${names(added)}`] : []),
    ...(removed.count > 0 ? [`${count(removed.count)} removed: ${names(removed)}`] : []),
  ];
  return parts.length === 0 ? 'the same files with other empty folders or marks' : parts.join('; ');
}

/** `50,000`, in every locale. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `read a.csv, b.csv, which no input declares`, `wrote model.bin beside its output`. */
export function straysInShort(accesses: readonly FileAccess[]): readonly string[] {
  const paths = (how: FileAccess['how']): readonly string[] =>
    accesses.filter((access) => access.how === how).map(({ path }) => path);
  const [read, written] = [paths('read'), paths('written')];
  return [
    ...(read.length > 0 ? [`read ${namesInShort(read)}, which it does not declare (inputs, files)`] : []),
    ...(written.length > 0 ? [`wrote ${namesInShort(written)} beside its output`] : []),
  ];
}

/** `model.bin appeared while it ran`. */
export function newcomersInShort(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  return [
    `${namesInShort(paths)} appeared in the project while it ran; what a stage makes belongs into its output`,
  ];
}

function namesInShort(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** `auc.mean 0.873`, with the unit where it says something. */
export function metricInShort({ name, value, unit }: Metric): string {
  if (value === null) return `${name} ${dash}`;
  return `${name} ${significantText(value, 4)}${unit === '1' || unit === '' ? '' : ` ${unit}`}`;
}
