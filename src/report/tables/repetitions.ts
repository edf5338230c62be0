/** Which points of a sweep are repetitions of one another: those that differ in seeds alone. */
import type { Json } from '../../json.ts';

/** `seed`, `simulate.seed`: a parameter that draws other random numbers and means nothing else. */
export const isSeed = (path: string): boolean => /(^|\.)(seed|[A-Za-z0-9_-]*Seed)$/.test(path);

interface Repeated<Point> {
  /** The overrides that are not seeds. */
  readonly overrides: Readonly<Record<string, Json>>;
  readonly points: readonly Point[];
}

/** In the order of the first point of each. */
export function groupRepetitions<Point extends { readonly overrides: Readonly<Record<string, Json>> }>(
  points: readonly Point[],
): readonly Repeated<Point>[] {
  const groups = new Map<string, { overrides: Record<string, Json>; points: Point[] }>();
  for (const point of points) {
    const overrides = Object.fromEntries(Object.entries(point.overrides).filter(([path]) => !isSeed(path)));
    const name = JSON.stringify(overrides);
    const group = groups.get(name) ?? { overrides, points: [] };
    group.points.push(point);
    groups.set(name, group);
  }
  return [...groups.values()];
}
