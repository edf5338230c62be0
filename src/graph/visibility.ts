/**
 * Which overrides can reach what a node reads. Only paths that some edge or sweep sets are told apart; each has a bit,
 * so that sets of them are small and quick to join however long the graph is.
 */
import type { Configuration } from '../config/configuration.ts';
import { overridesIn } from '../config/input.ts';
import type { Located } from '../config/located.ts';
import { groupsOf, isInputMapping } from '../config/parameter-path.ts';
import { axesOf } from '../config/sweep.ts';

/** A set of overridable paths, one bit for each. */
export type PathSet = bigint;

export interface Visibility {
  /** The overridable paths that have to do with a parameter: itself, those inside it, those it is inside of. */
  touching(path: string): PathSet;
  /** The overridable paths that are settled once the parameter is set: itself and those inside it. */
  within(path: string): PathSet;
}

/** Each has a bit in a set, and there are as many sets as places in the graph. */
export const mostOverridable = 10_000;

/** Undefined where there are too many. */
export function visibilityIn(configuration: Configuration): Visibility | undefined {
  const paths = [...new Set(overridablePaths(configuration))];
  if (paths.length > mostOverridable) return undefined;
  const inside = new Map<string, PathSet>();
  const exact = new Map<string, PathSet>();
  paths.forEach((path, index) => {
    const bit = 1n << BigInt(index);
    exact.set(path, bit);
    for (const group of [path, ...groupsOf(path)]) inside.set(group, (inside.get(group) ?? 0n) | bit);
  });
  const within = (path: string): PathSet => inside.get(path) ?? 0n;
  return {
    touching: remembered((path) =>
      groupsOf(path).reduce((set, group) => set | (exact.get(group) ?? 0n), within(path)),
    ),
    within,
  };
}

function remembered<Value>(compute: (path: string) => Value): (path: string) => Value {
  const known = new Map<string, Value>();
  return (path) => {
    const value = known.get(path) ?? compute(path);
    known.set(path, value);
    return value;
  };
}

function overridablePaths({ params, stages, sweep }: Configuration): readonly string[] {
  return [
    ...axesOf(sweep).flatMap(({ path, values }) => values.flatMap((value) => leavesOf(path, value))),
    ...setsIn(params),
    ...[...stages.values()].flatMap(({ inputs }) => [...inputs.values()].flatMap(setsIn)),
  ];
}

/** The paths that edges inside a value set or sweep, and those that edges inside those set. */
function setsIn(value: Located): readonly string[] {
  if (value.kind === 'scalar') return [];
  if (value.kind === 'sequence') return value.items.flatMap(setsIn);
  const own = !isInputMapping(value)
    ? []
    : [
        ...overridesIn(value.entries.get('set')?.value).flatMap((entry) => leavesOf(entry.path, entry.value)),
        ...sweptIn(value.entries.get('sweep')?.value),
      ];
  return [...own, ...[...value.entries.values()].flatMap((entry) => setsIn(entry.value))];
}

/** The paths that a `sweep:` sets, as it is written. */
function sweptIn(sweep: Located | undefined): readonly string[] {
  if (sweep?.kind === 'sequence') return sweep.items.flatMap(sweptIn);
  return overridesIn(sweep).flatMap(({ path, value }) => {
    if (path === 'zip' || path === 'union') return sweptIn(value);
    if (path === 'exclude') return [];
    if (path === 'seeds') return ['seed'];
    return [path, ...(value.kind === 'sequence' ? value.items.flatMap((item) => leavesOf(path, item)) : [])];
  });
}

/** The paths that an override of `path` by `value` may come to replace, and those inside them. */
function leavesOf(path: string, value: Located): readonly string[] {
  if (value.kind !== 'mapping' || value.entries.size === 0) return [path];
  const inside = [...value.entries].flatMap(([key, entry]) => leavesOf(`${path}.${key}`, entry.value));
  return isInputMapping(value) ? [path, ...inside] : inside;
}
