/** The points of a sweep: every combination of its values, the first parameter varying slowest. */
import type { Diagnostic } from './diagnostic.ts';
import type { Override, Sweep } from './override.ts';

const mostPoints = 100_000;

export type Point = readonly Override[];

/** One point without overrides for no sweep at all. */
export function pointsOf(sweeps: readonly Sweep[]): readonly Point[] {
  return sweeps.reduce<readonly Point[]>(
    (points, { path, origin, values }) =>
      points.flatMap((point) => values.map((value) => [...point, { path, origin, value }])),
    [[]],
  );
}

/** Grids grow fast: more than 100,000 points are refused before any is made. */
export function tooManyPoints(sweeps: readonly Sweep[]): Diagnostic | undefined {
  const count = sweeps.reduce((product, { values }) => product * values.length, 1);
  if (count <= mostPoints) return undefined;
  return {
    code: 'SWEEP_TOO_LARGE',
    message: `the sweep of ${sweeps.map(({ path }) => path).join(' x ')} has ${count} points, more than ${mostPoints}`,
    ...(sweeps[0] === undefined ? {} : { origin: sweeps[0].origin }),
  };
}
