/** Numbers and reasons in words, as every view of a run says them. */
import prettyMilliseconds from 'pretty-ms';

import type { KeyChange } from '../../graph/key.ts';
import type { PlanCounts, RunReason } from '../../graph/plan.ts';
import type { Json } from '../../json.ts';
import type { RunCounts, RunFinished } from '../../run/event.ts';
import type { Metric } from '../../stage.ts';

/** `230ms`, `4.2s`, `1m 20s`. */
export function duration(seconds: number): string {
  const rounded = seconds >= 60 ? Math.round(seconds) : seconds;
  return prettyMilliseconds(rounded * 1000, { secondsDecimalDigits: 1 });
}

/** `8 nodes: 3 to run, 2 to run unless their inputs come out equal, 3 unchanged`. */
export function planCounts({ total, hit, run, perhaps }: PlanCounts): string {
  const parts = [
    ...(run > 0 ? [`${run} to run`] : []),
    ...(perhaps > 0
      ? [`${perhaps} to run unless ${perhaps === 1 ? 'its' : 'their'} inputs come out equal`]
      : []),
    ...(hit > 0 ? [`${hit} unchanged`] : []),
  ];
  return `${total} ${total === 1 ? 'node' : 'nodes'}: ${parts.join(', ')}`;
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
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not tried`] : []),
    duration(seconds),
  ].join(', ');
}

/** Why a node runs, in a few words. */
export function reasonInShort(reason: RunReason): string {
  switch (reason.kind) {
    case 'never-run':
      return 'never run';
    case 'removed':
      return 'its artifact was removed';
    case 'damaged':
      return `${reason.path} is missing or changed`;
    case 'changed': {
      const [first, second, ...others] = reason.changes.map(changeInShort);
      const shown = [first, second].filter((text) => text !== undefined);
      return `${shown.join('; ')}${others.length === 0 ? '' : `; ${others.length} more`}`;
    }
  }
}

/** `gmm.components: 8 -> 4`, `code: src/science/mixture/em.ts`. */
export function changeInShort({ part, name, before, after }: KeyChange): string {
  const label = part === 'params' ? name : `${part} ${name}`;
  if (part === 'code' || part === 'input') return label;
  return `${label}: ${valueInShort(before)} -> ${valueInShort(after)}`;
}

function valueInShort(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** `auc.mean 0.873`, with the unit where it says something. */
export function metricInShort({ name, value, unit }: Metric): string {
  const number = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return `${name} ${number}${unit === '1' || unit === '' ? '' : ` ${unit}`}`;
}
