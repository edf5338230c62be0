/**
 * Whether recorded results are of a configuration: its target, parameters, sweep and declarations, and, where they are
 * known, the code and the files that its stages read. Those that are not are stale. Pure.
 */
import type { Declared } from '../../config/declared.ts';
import { canonicalText, compareCodePoints } from '../../graph/encoding.ts';
import { leavesOf } from '../../graph/leaves.ts';
import type { Json } from '../../json.ts';
import { isSeed } from '../tables/repetitions.ts';
import type { Results } from './results.ts';
import { declarationDigest } from './stage-digests.ts';

/** One thing that sets a record apart from the configuration it is told for. */
export interface Mismatch {
  /** `gmm.components`, `sweep of seed`, `target`, `stage train`. */
  readonly name: string;
  /** Undefined where the one has nothing of the kind. */
  readonly recorded?: Json;
  readonly configured?: Json;
}

export interface Stale {
  /** Where the record is: `main`, `experiments/smoke.results.json`. */
  readonly label: string;
  readonly mismatches: readonly Mismatch[];
  /** The command that makes results of the configuration. */
  readonly remedy: string;
}

/** Whether they are of the configuration; where it sweeps seeds, with these or others: those are other repetitions of the same. */
export function areOf(results: Results, { target, declared }: Configured): boolean {
  const seeds = Object.fromEntries(
    Object.entries(results.sweep).filter(([path]) => isSeed(path) && Object.hasOwn(declared.sweep, path)),
  );
  return (
    mismatches(results, { target, declared: { ...declared, sweep: { ...declared.sweep, ...seeds } } })
      .length === 0
  );
}

export interface Configured {
  readonly target: string;
  readonly declared: Declared;
  /** Of the stages of the target, where somebody has looked at them. */
  readonly stages?: ReadonlyMap<string, StageState>;
}

export interface StageState {
  readonly source: string;
  readonly paths: string | undefined;
}

/** Repetitions over seeds stand for a configuration that names one of them, or none. */
export function mismatches(results: Results, { target, declared, stages }: Configured): readonly Mismatch[] {
  const swept = new Set([...Object.keys(results.sweep), ...Object.keys(declared.sweep)]);
  const isPlain = (path: string): boolean => !swept.has(path);
  const configured = leavesOf(declared.parameters);
  const repetitions = Object.fromEntries(
    Object.entries(results.sweep).filter(([path]) => isSeed(path) && !Object.hasOwn(declared.sweep, path)),
  );
  const isCompared = (path: string): boolean => !Object.hasOwn(repetitions, path);
  return [
    ...(results.target === target ? [] : [{ name: 'target', recorded: results.target, configured: target }]),
    ...changed(results.parameters, configured, isPlain),
    ...seedsNotRun(repetitions, configured),
    ...changed(results.sweep, declared.sweep, isCompared).map((one) => ({
      ...one,
      name: `sweep of ${one.name}`,
    })),
    ...stageMismatches(results, declared, stages ?? new Map()),
  ];
}

/** Of the seeds that are configured, those that none of the repetitions was made with. */
function seedsNotRun(repetitions: Results['sweep'], configured: Values): readonly Mismatch[] {
  return Object.entries(repetitions).flatMap(([name, recorded]) => {
    const seed = Object.hasOwn(configured, name) ? (configured[name] ?? null) : null;
    if (seed === null || recorded.some((one) => textOf(one) === textOf(seed))) return [];
    return [{ name, recorded, configured: seed }];
  });
}

type Values = Readonly<Record<string, Json>>;

function changed(old: Values, now: Values, isCompared: (name: string) => boolean): readonly Mismatch[] {
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(isCompared)
    .toSorted(compareCodePoints)
    .flatMap((name) => {
      const [recorded, configured] = [before.get(name), after.get(name)];
      if (textOf(recorded) === textOf(configured)) return [];
      return [
        {
          name,
          ...(recorded === undefined ? {} : { recorded }),
          ...(configured === undefined ? {} : { configured }),
        },
      ];
    });
}

const textOf = (value: Json | undefined): string => (value === undefined ? '' : canonicalText(value));

/** Of each stage the first reason. Records of older versions know neither declaration, source nor paths. */
function stageMismatches(
  { declarations = {}, stages }: Results,
  declared: Declared,
  now: ReadonlyMap<string, StageState>,
): readonly Mismatch[] {
  const [digests, declaredNow] = [
    new Map(Object.entries(declarations)),
    new Map(Object.entries(declared.stages)),
  ];
  const recorded = new Map(
    Object.entries(stages).map(([node, stage]) => [node.replace(/\[.*$/s, ''), stage]),
  );
  const reasonFor = (name: string): string | undefined => {
    const [digest, stage, known, state] = [
      digests.get(name),
      declaredNow.get(name),
      recorded.get(name),
      now.get(name),
    ];
    if (stage === undefined) return 'gone';
    if (digest !== undefined && declarationDigest(stage) !== digest) return 'declared otherwise';
    if (known?.source === undefined || state === undefined) return undefined;
    if (known.source !== state.source) return 'its code was changed';
    return known.paths === state.paths ? undefined : 'files that it reads were changed';
  };
  return [...new Set([...digests.keys(), ...recorded.keys()])].flatMap((name) => {
    const reason = reasonFor(name);
    return reason === undefined ? [] : [{ name: `stage ${name}`, configured: reason }];
  });
}
