/**
 * The points of a sweep. Its parts make a grid, the first varying slowest: the values of one parameter, several
 * parameters in step (`zip`), or other sweeps one after the other (`union`). `exclude` takes points out again.
 */
import type { Diagnostic } from './diagnostic.ts';
import { toJson, type Located } from './located.ts';
import { mostPoints } from './most-points.ts';
import type { Axis, Override } from './override.ts';

export interface Sweep {
  readonly parts: readonly SweepPart[];
  /** A point that has one of its values in every parameter of an exclusion is left out. */
  readonly exclude: readonly (readonly Axis[])[];
}

export type SweepPart =
  | { readonly kind: 'values'; readonly axis: Axis }
  /** All of the same length. */
  | { readonly kind: 'zip'; readonly axes: readonly Axis[] }
  | { readonly kind: 'union'; readonly sweeps: readonly Sweep[] };

export type Point = readonly Override[];

export const noSweep: Sweep = { parts: [], exclude: [] };

/** Each point once; one without overrides for no sweep at all. */
export function pointsOf({ parts, exclude }: Sweep): readonly Point[] {
  const points = parts.reduce<readonly Point[]>(
    (before, part) => {
      const own = pointsOfPart(part);
      return before.flatMap((point) => own.map((values) => [...point, ...values]));
    },
    [[]],
  );
  if (exclude.length === 0 && parts.every(({ kind }) => kind === 'values')) return points;
  return distinct(points.filter((point) => !exclude.some((exclusion) => isExcluded(point, exclusion))));
}

function pointsOfPart(part: SweepPart): readonly Point[] {
  switch (part.kind) {
    case 'values':
      return part.axis.values.map((value) => [overrideBy(part.axis, value)]);
    case 'zip':
      return (part.axes[0]?.values ?? []).map((_, index) =>
        part.axes.map((axis) => overrideBy(axis, axis.values[index] as Located)),
      );
    case 'union':
      return part.sweeps.flatMap(pointsOf);
  }
}

const overrideBy = ({ path, origin }: Axis, value: Located): Override => ({ path, origin, value });

const textOf = (value: Located): string => JSON.stringify(toJson(value));

function isExcluded(point: Point, exclusion: readonly Axis[]): boolean {
  return exclusion.every(({ path, values }) => {
    const own = point.findLast((override) => override.path === path);
    return own !== undefined && values.some((value) => textOf(value) === textOf(own.value));
  });
}

function distinct(points: readonly Point[]): readonly Point[] {
  const byValues = new Map<string, Point>();
  for (const point of points) {
    const identity = JSON.stringify(point.map(({ path, value }) => [path, textOf(value)]));
    if (!byValues.has(identity)) byValues.set(identity, point);
  }
  return [...byValues.values()];
}

/** The values of every parameter that a sweep sets, wherever in it they stand. */
export function axesOf({ parts }: Sweep): readonly Axis[] {
  return parts.flatMap((part) => {
    if (part.kind === 'union') return part.sweeps.flatMap(axesOf);
    return part.kind === 'zip' ? part.axes : [part.axis];
  });
}

/** The sweep when some of its parameters are settled otherwise; exclusions that speak of them fall away. */
export function withoutParameters({ parts, exclude }: Sweep, paths: ReadonlySet<string>): Sweep {
  const others = (axes: readonly Axis[]): readonly Axis[] => axes.filter((axis) => !paths.has(axis.path));
  return {
    parts: parts.flatMap((part): readonly SweepPart[] => {
      if (part.kind === 'values') return paths.has(part.axis.path) ? [] : [part];
      if (part.kind === 'union')
        return [{ ...part, sweeps: part.sweeps.map((sweep) => withoutParameters(sweep, paths)) }];
      const axes = others(part.axes);
      return axes.length === 0 ? [] : [{ ...part, axes }];
    }),
    exclude: exclude.filter((exclusion) => others(exclusion).length === exclusion.length),
  };
}

/** Grids grow fast: more than 100,000 points are refused before any is made. */
export function tooManyPoints(sweep: Sweep): Diagnostic | undefined {
  const count = countOf(sweep);
  if (count <= mostPoints) return undefined;
  const axes = axesOf(sweep);
  // Of a longer range no more than that was read.
  const isCut = axes.some(({ values }) => values.length > mostPoints);
  const paths = [...new Set(axes.map(({ path }) => path))];
  return {
    code: 'SWEEP_TOO_LARGE',
    message: `the sweep of ${paths.slice(0, 20).join(' x ')}${paths.length > 20 ? ' and more' : ''} has ${isCut ? '' : `${count} points, `}more than ${mostPoints}${isCut ? ' points' : ''}`,
    ...(axes[0] === undefined ? {} : { origin: axes[0].origin }),
  };
}

/** As if nothing were excluded. */
export function countOf({ parts }: Sweep): number {
  return parts.reduce((product, part) => {
    if (part.kind === 'union') return product * part.sweeps.reduce((sum, sweep) => sum + countOf(sweep), 0);
    return product * (part.kind === 'zip' ? (part.axes[0]?.values.length ?? 0) : part.axis.values.length);
  }, 1);
}
