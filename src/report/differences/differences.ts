/** What sets two recorded results apart: metrics, parameters, stages. Pure. */
import { canonicalText, compareCodePoints } from '../../graph/encoding.ts';
import type { Json } from '../../json.ts';
import type { RecordedMetric, Results } from '../records/results.ts';
import { withinNoise } from './noise.ts';

export interface Differences {
  readonly before: string;
  readonly after: string;
  readonly experiment: string;
  readonly marks: readonly string[];
  /** Results of different kinds stand against each other: marks that only one side has. */
  readonly unequalMarks: readonly string[];
  /** All metrics of both sides, in the order of their names. */
  readonly metrics: readonly MetricDifference[];
  readonly parameters: readonly ValueChange[];
  readonly stages: readonly StageChange[];
}

export interface MetricDifference {
  readonly name: string;
  readonly unit: string;
  readonly direction: RecordedMetric['direction'];
  /** Null where it is new. */
  readonly before: RecordedMetric | null;
  /** Null where it is gone. */
  readonly after: RecordedMetric | null;
  readonly change: number | null;
  readonly verdict: 'better' | 'worse' | 'changed' | 'equal' | 'new' | 'gone';
  /** Null where no seeds tell. */
  readonly withinNoise: boolean | null;
}

export interface ValueChange {
  readonly path: string;
  /** Undefined where it is not there. */
  readonly before?: Json;
  readonly after?: Json;
}

export interface StageChange {
  readonly stage: string;
  readonly change: 'new' | 'gone' | 'code' | 'inputs or parameters';
  /** Whether the bytes of its artifacts came out the same all the same. */
  readonly sameResult: boolean;
}

export interface Side {
  readonly label: string;
  readonly results: Results;
}

export function compareResults(before: Side, after: Side): Differences {
  const [old, now] = [before.results, after.results];
  return {
    before: before.label,
    after: after.label,
    experiment: now.experiment,
    marks: [...new Set([...old.marks, ...now.marks])],
    unequalMarks: [
      ...old.marks.filter((mark) => !now.marks.includes(mark)),
      ...now.marks.filter((mark) => !old.marks.includes(mark)),
    ],
    metrics: metricDifferences(old.metrics, now.metrics),
    parameters: [
      ...valueChanges(old.parameters, now.parameters),
      ...valueChanges(old.sweep, now.sweep, 'sweep of '),
    ],
    stages: stageChanges(old.stages, now.stages),
  };
}

function metricDifferences(
  old: readonly RecordedMetric[],
  now: readonly RecordedMetric[],
): readonly MetricDifference[] {
  const [before, after] = [byName(old), byName(now)];
  return namesOf(before, after).map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const { unit, direction } = (is ?? was) as RecordedMetric;
    const both = was !== undefined && is !== undefined;
    return {
      name,
      unit,
      direction,
      before: was ?? null,
      after: is ?? null,
      change: both ? Number((is.value - was.value).toPrecision(10)) : null,
      verdict: verdictOf(was, is),
      withinNoise: both && was.value !== is.value ? (withinNoise(was, is) ?? null) : null,
    };
  });
}

function verdictOf(
  was: RecordedMetric | undefined,
  is: RecordedMetric | undefined,
): MetricDifference['verdict'] {
  if (was === undefined) return 'new';
  if (is === undefined) return 'gone';
  if (was.value === is.value) return 'equal';
  if (is.direction === 'none') return 'changed';
  return is.value > was.value === (is.direction === 'higher') ? 'better' : 'worse';
}

function valueChanges(
  old: Readonly<Record<string, Json>>,
  now: Readonly<Record<string, Json>>,
  prefix = '',
): readonly ValueChange[] {
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  return namesOf(before, after).flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was !== undefined && is !== undefined && canonicalText(was) === canonicalText(is)) return [];
    return [
      {
        path: `${prefix}${path}`,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
}

function stageChanges(old: Results['stages'], now: Results['stages']): readonly StageChange[] {
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  return namesOf(before, after).flatMap((stage): StageChange[] => {
    const [was, is] = [before.get(stage), after.get(stage)];
    if (was === undefined) return [{ stage, change: 'new', sameResult: false }];
    if (is === undefined) return [{ stage, change: 'gone', sameResult: false }];
    const of = (side: 'key' | 'digest', { artifacts }: typeof was): string =>
      artifacts.map((artifact) => artifact[side]).join();
    if (of('key', was) === of('key', is)) return [];
    const sameResult = of('digest', was) === of('digest', is);
    return [{ stage, change: was.code === is.code ? 'inputs or parameters' : 'code', sameResult }];
  });
}

const byName = (metrics: readonly RecordedMetric[]): ReadonlyMap<string, RecordedMetric> =>
  new Map(metrics.map((metric) => [metric.name, metric]));

const namesOf = (...sides: readonly ReadonlyMap<string, unknown>[]): string[] =>
  [...new Set(sides.flatMap((side) => [...side.keys()]))].toSorted(compareCodePoints);
