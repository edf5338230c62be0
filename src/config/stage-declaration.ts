/** A stage as `pipeline.yaml` declares it. */
import { isNull, partAt, textOf, toJson, type Located, type LocatedMapping } from './located.ts';
import type { SchemaCheck } from './schema.ts';
import type { Origin } from './source.ts';

export interface StageDeclaration {
  readonly name: string;
  /** Of its name. */
  readonly origin: Origin;
  readonly description: string | undefined;
  readonly action: StageAction;
  /** Of the module or the command. */
  readonly actionOrigin: Origin;
  /** Of each of a command's `files`. */
  readonly fileOrigins: readonly Origin[];
  readonly inputs: ReadonlyMap<string, Located>;
  readonly with: Located | undefined;
  readonly resources: Readonly<Record<string, number | 'all'>>;
  readonly environment: readonly string[];
  readonly limits: StageLimits;
  /** Checks resolved parameters by the stage's schema; undefined where there is none. */
  readonly check: SchemaCheck | undefined;
  /** Names of the parameters that the stage's schema marks `"effort": true`: they cannot change the result. */
  readonly effort: readonly string[];
  /** Modules of the project, by the parameters that the stage's schema says they settle (`"settledBy"`). */
  readonly probes: Readonly<Record<string, string>>;
}

/** How long an attempt may take and how many there may be. No key depends on it. */
export interface StageLimits {
  /** Of one attempt, in seconds; null for no limit. */
  readonly timeout: number | null;
  /** Further attempts after one that failed. */
  readonly retries: number;
}

export type StageAction =
  | { readonly kind: 'module'; readonly module: string }
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly files: readonly string[];
      /** Absent where none is declared. */
      readonly metrics?: MetricsFile;
    };

/** Where a command writes what it measured. */
export type MetricsFile = {
  /** In the output. */
  readonly file: string;
  /** Which way is better, for metrics that are written as plain numbers. */
  readonly directions: Readonly<Record<string, 'higher' | 'lower' | 'none'>>;
};

/**
 * Takes what is well formed and leaves the rest, which the schema has reported: so that one fault does not hide
 * others. Undefined where not even the action can be told.
 */
export function readStage(
  name: string,
  origin: Origin,
  stage: LocatedMapping,
): Omit<StageDeclaration, 'check' | 'effort' | 'probes'> {
  const part = (key: string): Located | undefined => stage.entries.get(key)?.value;
  const module = textOf(part('use'));
  const command = textOf(part('run'));
  const inputs = part('inputs');
  const withValue = part('with');
  return {
    name,
    origin,
    description: textOf(part('description')),
    action:
      module === undefined
        ? {
            kind: 'command',
            command: command ?? '',
            files: textsIn(part('files')),
            ...metricsIn(part('metrics')),
          }
        : { kind: 'module', module: posix(module) },
    actionOrigin: part(module === undefined ? 'run' : 'use')?.origin ?? origin,
    fileOrigins: textsOf(part('files')).map((file) => file.origin),
    inputs: new Map(
      inputs?.kind === 'mapping' ? [...inputs.entries].map(([key, { value }]) => [key, value]) : [],
    ),
    with: withValue === undefined || isNull(withValue) ? undefined : withValue,
    resources: resourcesIn(part('resources')),
    environment: textsIn(part('environment')),
    limits: { timeout: secondsIn(part('timeout')), retries: numberIn(part('retries')) ?? 0 },
  };
}

/** `./stages/gmm.ts` and `stages/gmm.ts` are one module. */
function posix(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

/** `90`, `90 s`, `10 min`, `1.5 h`. */
function secondsIn(value: Located | undefined): number | null {
  const number = numberIn(value);
  if (number !== undefined) return number;
  const [, amount = '', unit = ''] = /^([0-9.]+) ?(s|min|h)$/.exec(textOf(value) ?? '') ?? [];
  const seconds = Number(amount) * (secondsOf[unit] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

const numberIn = (value: Located | undefined): number | undefined =>
  value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;

const textsOf = (list: Located | undefined): readonly Located[] =>
  list?.kind === 'sequence' ? list.items.filter((item) => textOf(item) !== undefined) : [];

const textsIn = (list: Located | undefined): readonly string[] =>
  textsOf(list).flatMap((item) => textOf(item) ?? []);

/** `scores.json`, or `{ file: scores.json, directions: { accuracy: higher } }`. */
function metricsIn(declared: Located | undefined): { readonly metrics?: MetricsFile } {
  const file = textOf(declared) ?? textOf(partAt(declared, ['file']));
  if (file === undefined) return {};
  const directions = partAt(declared, ['directions']);
  return {
    metrics: {
      file,
      directions: directions === undefined ? {} : (toJson(directions) as MetricsFile['directions']),
    },
  };
}

function resourcesIn(resources: Located | undefined): Readonly<Record<string, number | 'all'>> {
  if (resources?.kind !== 'mapping') return {};
  return Object.fromEntries(
    [...resources.entries].flatMap(([name, { value }]) =>
      value.kind === 'scalar' && (typeof value.value === 'number' || value.value === 'all')
        ? [[name, value.value]]
        : [],
    ),
  );
}
