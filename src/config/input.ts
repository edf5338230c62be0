/** What an input of a stage says it comes from. */
import { describeValue, isNull, textOf, type Located, type LocatedMapping } from './located.ts';
import { nearestName } from './nearest.ts';
import type { Override } from './override.ts';
import { readSweep } from './read-sweep.ts';
import { resolve, valueMissing, type Reading } from './resolve.ts';
import type { Origin } from './source.ts';
import type { Sweep } from './sweep.ts';
import { parseTemplate, wholeReference } from './template.ts';

export type Input = { readonly kind: 'absent' } | PathInput | StageInput;

interface Narrowed {
  /** A file of names, as a stage wrote it: of the folder only what it names is an input. */
  readonly files?: StageInput;
}

export interface PathInput extends Narrowed {
  readonly kind: 'path';
  /** As it was written. */
  readonly path: string;
  readonly origin: Origin;
  /** The parameter that names it, where one does. */
  readonly parameter: string | undefined;
  /** What is expected there, in words. */
  readonly description: string | undefined;
}

export interface StageInput extends Narrowed {
  readonly kind: 'stage';
  readonly stage: string;
  readonly part: string | null;
  readonly origin: Origin;
  readonly set: readonly Override[];
  /** Undefined for a plain input. */
  readonly sweep: Sweep | undefined;
}

/**
 * Undefined where something is wrong, which is then among the reading's diagnostics: `STAGE_UNKNOWN`, `INPUT_KIND`,
 * `PART_INVALID`, or what `readSweep` and `resolve` report.
 */
export function resolveInput(
  raw: Located,
  stages: ReadonlyMap<string, unknown>,
  reading: Reading,
): Input | undefined {
  const parameter = wholeReference(textOf(raw) ?? '');
  const value = resolve(raw, reading);
  if (value === undefined) return undefined;
  if (isNull(value)) return { kind: 'absent' };

  const text = textOf(value);
  if (text !== undefined) {
    if (/^(\.{1,2}(\/|$)|\/)/.test(text)) {
      return { kind: 'path', path: text, origin: value.origin, parameter, description: undefined };
    }
    return stageInput(value, text, [], undefined, stages, reading);
  }
  if (value.kind === 'mapping' && value.entries.has('within')) return narrowedInput(value, stages, reading);
  if (value.kind === 'mapping' && value.entries.has('path'))
    return pathInput(value, parameter ?? firstReference(raw), reading);
  if (value.kind === 'mapping' && value.entries.has('from')) return edgeInput(value, stages, reading);
  reading.diagnostics.push({
    code: 'INPUT_KIND',
    message: `an input cannot be ${describeValue(value)}`,
    origin: value.origin,
    expected:
      'STAGE, STAGE/PART, a path that begins with ./, ../ or /, { path: ... }, { from: ... }, { within: ..., files: ... } or null',
  });
  return undefined;
}

function pathInput(
  value: LocatedMapping,
  parameter: string | undefined,
  reading: Reading,
): Input | undefined {
  const path = value.entries.get('path')?.value;
  const text = textOf(path);
  if (path === undefined || text === undefined || text === '') {
    const origin = path?.origin ?? value.origin;
    reading.diagnostics.push(
      path !== undefined && isNull(path)
        ? valueMissing(parameter ?? 'path', origin)
        : {
            code: 'INPUT_KIND',
            message: 'the path of an input is not text',
            origin,
            expected: 'a file or folder',
          },
    );
    return undefined;
  }
  const description = textOf(value.entries.get('description')?.value);
  return { kind: 'path', path: text, origin: path.origin, parameter, description };
}

/** `within` is any input but a swept one, `files` one that a stage makes. */
function narrowedInput(
  { entries, origin }: LocatedMapping,
  stages: ReadonlyMap<string, unknown>,
  reading: Reading,
): Input | undefined {
  const within = entries.get('within')?.value;
  const folder = within === undefined ? undefined : resolveInput(within, stages, reading);
  const raw = entries.get('files')?.value;
  const files = raw === undefined ? undefined : resolveInput(raw, stages, reading);
  if (folder === undefined || (raw !== undefined && files === undefined)) return undefined;
  if (folder.kind === 'absent') return folder;
  const isPlain = folder.files === undefined && (folder.kind === 'path' || folder.sweep === undefined);
  if (isPlain && files?.kind === 'stage' && files.sweep === undefined) return { ...folder, files };
  reading.diagnostics.push({
    code: 'INPUT_KIND',
    message: isPlain ? 'files is no part of a stage' : 'within is swept or narrowed already',
    origin,
    expected: '{ within: FOLDER or STAGE/PART, files: STAGE/PART }, the latter a JSON list of relative paths',
  });
  return undefined;
}

function edgeInput(
  value: LocatedMapping,
  stages: ReadonlyMap<string, unknown>,
  reading: Reading,
): Input | undefined {
  const from = value.entries.get('from')?.value;
  const text = textOf(from);
  if (from === undefined || text === undefined) {
    const origin = from?.origin ?? value.origin;
    reading.diagnostics.push({
      code: 'INPUT_KIND',
      message: 'from is not text',
      origin,
      expected: 'STAGE or STAGE/PART',
    });
    return undefined;
  }
  const set = overridesIn(value.entries.get('set')?.value);
  const sweepValue = value.entries.get('sweep')?.value;
  const sweep = sweepValue === undefined ? undefined : readSweep(sweepValue, reading);
  return stageInput(from, text, set, sweep, stages, reading);
}

function stageInput(
  value: Located,
  text: string,
  set: readonly Override[],
  sweep: Sweep | undefined,
  stages: ReadonlyMap<string, unknown>,
  reading: Reading,
): Input | undefined {
  const slash = text.indexOf('/');
  const stage = slash === -1 ? text : text.slice(0, slash);
  const part = slash === -1 ? null : text.slice(slash + 1);
  if (!stages.has(stage)) {
    reading.diagnostics.push({
      code: 'STAGE_UNKNOWN',
      message: `there is no stage ${JSON.stringify(stage)}`,
      origin: value.origin,
      get nearest() {
        return nearestName(stage, stages.keys());
      },
      remedy: 'a path begins with ./, ../ or /, or is written { path: ... }',
    });
    return undefined;
  }
  if (part?.split('/').some((name) => name === '' || name === '.' || name === '..') === true) {
    reading.diagnostics.push({
      code: 'PART_INVALID',
      message: `${JSON.stringify(part)} is not a file or folder in the artifact of ${stage}`,
      origin: value.origin,
      expected: 'names joined by /, without . and ..',
    });
    return undefined;
  }
  return { kind: 'stage', stage, part, origin: value.origin, set, sweep };
}

/** The entries of a `set:`, keys as they are written. */
export function overridesIn(set: Located | undefined): readonly Override[] {
  if (set?.kind !== 'mapping') return [];
  return [...set.entries].map(([path, { key: origin, value }]) => ({ path, origin, value }));
}

function firstReference(raw: Located): string | undefined {
  const text = raw.kind === 'mapping' ? textOf(raw.entries.get('path')?.value) : undefined;
  const reference = parseTemplate(text ?? '').find((piece) => piece.kind === 'reference');
  return reference?.kind === 'reference' ? reference.path : undefined;
}
