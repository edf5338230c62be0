/** What photographs' camera settings are like: their spread, their ties, their cameras. */
import { tagNames, type TagName } from '../exif/tags.ts';
import { countByCode } from './photo-quality.ts';
import type { PhotoIndex } from './photos.ts';

export interface PhotoStatistics {
  readonly photos: number;
  readonly tags: Readonly<Record<TagName, TagStatistics>>;
  /** The most frequent first; `null` stands for photos that name none. */
  readonly cameras: readonly Count[];
  readonly licences: readonly Count[];
  readonly excluded: readonly Count[];
}

interface TagStatistics {
  /** At 0, 5, 25, 50, 75, 95 and 100 per cent of the photos in ascending order. */
  readonly quantiles: readonly number[];
  readonly distinct: number;
  /** Share of the pairs of two photos that are equal in it: there is no order to learn from them. */
  readonly ties: number;
  /** The values that most photos have. */
  readonly common: readonly { readonly value: number; readonly count: number }[];
}

interface Count {
  readonly name: string | null;
  readonly count: number;
}

export const quantileShares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;
const commonValues = 5;

/** Of at least one photo. */
export function photoStatistics({ photos, excluded }: PhotoIndex): PhotoStatistics {
  const of = (name: TagName): TagStatistics => tagStatistics(photos.map(({ tags }) => tags[name]));
  return {
    photos: photos.length,
    tags: Object.fromEntries(tagNames.map((name) => [name, of(name)])) as Record<TagName, TagStatistics>,
    cameras: countsOf(photos.map(({ camera }) => camera)),
    licences: countsOf(photos.map(({ licence }) => licence?.name ?? null)),
    excluded: countByCode(excluded).map(([name, count]) => ({ name, count })),
  };
}

function tagStatistics(values: readonly number[]): TagStatistics {
  const ascending = Float64Array.from(values).toSorted();
  const last = ascending.length - 1;
  const counts = countsOf(values);
  const pairs = (values.length * last) / 2;
  const tied = counts.reduce((sum, { count }) => sum + (count * (count - 1)) / 2, 0);
  return {
    quantiles: quantileShares.map((share) => ascending[Math.round(share * last)] as number),
    distinct: counts.length,
    ties: pairs === 0 ? 0 : tied / pairs,
    common: counts.slice(0, commonValues).map(({ name, count }) => ({ value: name, count })),
  };
}

/** The most frequent first, of equal ones the lesser first, `null` last. */
function countsOf<Name extends string | number | null>(
  names: readonly Name[],
): { name: Name; count: number }[] {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted(
      (a, b) => b.count - a.count || (b.name === null || (a.name !== null && a.name < b.name) ? -1 : 1),
    );
}
