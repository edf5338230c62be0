/** What sets two results and the configurations behind them apart: metrics, parameters, stages. Pure. */
import type { Declared, DeclaredStage } from '../../config/declared.ts';
import { canonicalText, compareCodePoints } from '../../graph/encoding.ts';
import type { Json } from '../../json.ts';
import { leavesOf } from '../../graph/leaves.ts';
import type { RecordedMetric, Results } from '../records/results.ts';
import type { Stale } from '../records/staleness.ts';
import { withinNoise, type Measured } from './noise.ts';

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
  /** Recorded results that are not of the configuration they are told for: before and after any of them is believed. */
  readonly stale: readonly Stale[];
  /** Of a side's configuration not all is understood: what is equal of the rest says nothing of the whole. */
  readonly isPartial: boolean;
  /** What could not be compared, in sentences. */
  readonly remarks: readonly string[];
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
  readonly verdict: Verdict;
  /** Null where no seeds tell. */
  readonly withinNoise: boolean | null;
}

type Verdict =
  | 'better'
  | 'worse'
  /** It has no direction. */
  | 'changed'
  | 'equal'
  | 'new'
  | 'gone'
  /** It had a value, and has none now (NaN, null), or the other way round. */
  | 'lost its value'
  | 'gained a value'
  /** Its unit or its direction is another. */
  | 'not comparable';

export interface ValueChange {
  readonly path: string;
  /** Undefined where it is not there. */
  readonly before?: Json;
  readonly after?: Json;
}

export interface StageChange {
  /** As it is declared, or a point of a sweep of it as it is recorded. */
  readonly stage: string;
  readonly change: 'new' | 'gone' | 'code' | 'inputs or parameters' | 'declaration';
  /** What of its declaration changed: `run`, `inputs.faces`, `with`. */
  readonly declaration: readonly string[];
  /** Whether the bytes of its artifacts came out the same all the same; null where no results tell. */
  readonly sameResult: boolean | null;
}

export interface Side {
  readonly label: string;
  readonly results: Results;
}

/** A side that may have run or not, and whose configuration may be known or not. */
export interface DeclaredSide {
  readonly label: string;
  readonly results: Results | undefined;
  readonly declared: Declared | undefined;
  /** Where its results are not of its configuration. */
  readonly stale?: Stale | undefined;
  /** Not all of its configuration is understood. */
  readonly isPartial?: boolean;
  /** What is to be said of it. */
  readonly remarks: readonly string[];
}

/** Configuration is compared with configuration, as far as both are known, and results with results. */
export function compareSides(before: DeclaredSide, after: DeclaredSide, experiment: string): Differences {
  const [old, now] = [before.results, after.results];
  const [oldMarks, nowMarks] = [old?.marks ?? [], now?.marks ?? []];
  const both = old !== undefined && now !== undefined;
  const stale = [before.stale, after.stale].filter((one) => one !== undefined);
  const metrics = both ? metricDifferences(old.metrics, now.metrics) : [];
  const [oldValues, nowValues] = [valuesOf(before), valuesOf(after)];
  return {
    before: before.label,
    after: after.label,
    experiment,
    marks: [...new Set([...oldMarks, ...nowMarks])],
    unequalMarks: both
      ? [
          ...oldMarks.filter((mark) => !nowMarks.includes(mark)),
          ...nowMarks.filter((mark) => !oldMarks.includes(mark)),
        ]
      : [],
    metrics,
    parameters: [
      ...valueChanges(oldValues.parameters, nowValues.parameters),
      ...valueChanges(oldValues.sweep, nowValues.sweep, 'sweep of '),
    ],
    stages: merged(
      both && stale.length === 0 ? stageChanges(old.stages, now.stages) : [],
      declarationChanges(before.declared?.stages, after.declared?.stages),
    ),
    stale,
    isPartial: [before, after].some(({ isPartial = false }) => isPartial),
    remarks: [...before.remarks, ...after.remarks, ...oneRun(metrics)],
  };
}

/** The parameters that are declared, else those that made the results; what was swept as the results know it. */
function valuesOf({ results, declared, stale }: DeclaredSide): Pick<Results, 'parameters' | 'sweep'> {
  const sweep = (stale === undefined ? results?.sweep : undefined) ?? declared?.sweep ?? {};
  const parameters = declared === undefined ? (results?.parameters ?? {}) : leavesOf(declared.parameters);
  return { parameters, sweep };
}

/** Without repetitions nobody can tell a difference from noise, and that is said. */
function oneRun(metrics: readonly MetricDifference[]): readonly string[] {
  const isDifferent = ({ verdict }: MetricDifference): boolean =>
    verdict === 'better' || verdict === 'worse' || verdict === 'changed';
  const different = metrics.filter(isDifferent);
  if (different.length === 0 || different.some(({ withinNoise }) => withinNoise !== null)) return [];
  return [
    'One run on each side, with one seed: what of a difference is noise is not known (pipe record -S seed=1,2,3).',
  ];
}

function metricDifferences(
  old: readonly RecordedMetric[],
  now: readonly RecordedMetric[],
): readonly MetricDifference[] {
  const [before, after] = [byName(old), byName(now)];
  return namesOf(before, after).map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const { unit, direction } = (is ?? was) as RecordedMetric;
    const verdict = verdictOf(was, is);
    const change = verdict === 'not comparable' ? null : changeOf(was, is);
    return {
      name,
      unit,
      direction,
      before: was ?? null,
      after: is ?? null,
      change,
      verdict,
      withinNoise: change === null || change === 0 ? null : noiseOf(was, is),
    };
  });
}

/** Null where one of them has no value, or is not there. */
function changeOf(was: RecordedMetric | undefined, is: RecordedMetric | undefined): number | null {
  const [before, after] = [was?.value ?? null, is?.value ?? null];
  return before === null || after === null ? null : Number((after - before).toPrecision(10));
}

function noiseOf(was: RecordedMetric | undefined, is: RecordedMetric | undefined): boolean | null {
  return isMeasured(was) && isMeasured(is) ? (withinNoise(was, is) ?? null) : null;
}

const isMeasured = (metric: RecordedMetric | undefined): metric is RecordedMetric & Measured =>
  metric !== undefined && metric.value !== null;

function verdictOf(was: RecordedMetric | undefined, is: RecordedMetric | undefined): Verdict {
  if (was === undefined) return 'new';
  if (is === undefined) return 'gone';
  if (was.unit !== is.unit || was.direction !== is.direction) return 'not comparable';
  if (was.value === is.value) return 'equal';
  if (is.value === null) return 'lost its value';
  if (was.value === null) return 'gained a value';
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
    if (was === undefined) return [{ stage, change: 'new', declaration: [], sameResult: null }];
    if (is === undefined) return [{ stage, change: 'gone', declaration: [], sameResult: null }];
    const of = (side: 'key' | 'digest', { artifacts }: typeof was): string =>
      artifacts.map((artifact) => artifact[side]).join();
    if (of('key', was) === of('key', is)) return [];
    const sameResult = of('digest', was) === of('digest', is);
    const change = was.code === is.code ? 'inputs or parameters' : 'code';
    return [{ stage, change, declaration: [], sameResult }];
  });
}

function declarationChanges(
  old: Declared['stages'] | undefined,
  now: Declared['stages'] | undefined,
): readonly StageChange[] {
  if (old === undefined || now === undefined) return [];
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  return namesOf(before, after).flatMap((stage): StageChange[] => {
    const [was, is] = [before.get(stage), after.get(stage)];
    if (was === undefined) return [{ stage, change: 'new', declaration: [], sameResult: null }];
    if (is === undefined) return [{ stage, change: 'gone', declaration: [], sameResult: null }];
    const declaration = changedParts(was, is);
    return declaration.length === 0 ? [] : [{ stage, change: 'declaration', declaration, sameResult: null }];
  });
}

const changedParts = (was: DeclaredStage, is: DeclaredStage): readonly string[] =>
  valueChanges(was, is).map(({ path }) => path);

/** A stage once: what its results tell, with what its declaration tells. */
function merged(recorded: readonly StageChange[], declared: readonly StageChange[]): readonly StageChange[] {
  const byStage = new Map(recorded.map((change) => [change.stage, change]));
  for (const change of declared) {
    const known = byStage.get(change.stage);
    byStage.set(change.stage, known === undefined ? change : { ...known, declaration: change.declaration });
  }
  return [...byStage.values()].toSorted((a, b) => compareCodePoints(a.stage, b.stage));
}

const byName = (metrics: readonly RecordedMetric[]): ReadonlyMap<string, RecordedMetric> =>
  new Map(metrics.map((metric) => [metric.name, metric]));

const namesOf = (...sides: readonly ReadonlyMap<string, unknown>[]): string[] =>
  [...new Set(sides.flatMap((side) => [...side.keys()]))].toSorted(compareCodePoints);
