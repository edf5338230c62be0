/** A described set of images as `describeSets` writes it: `features.npy` (N, F) and `index.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { openNpy } from '../array/npy.ts';
import type { SetIndex } from './describe-sets.ts';

export interface FeatureSet {
  /** What messages call it: `features/train`. */
  readonly name: string;
  /** (N, F), row by row. */
  readonly data: Float32Array;
  /** F. */
  readonly width: number;
  /** The image behind each row. */
  readonly ids: readonly string[];
}

/** Where a set lies and what people call it. */
interface Place {
  readonly path: string;
  readonly origin: string;
}

/** Fails with FEATURES_SHAPE when the files do not agree. */
export async function readFeatureSet(place: Place): Promise<FeatureSet> {
  const set = await openFeatureSet(place);
  try {
    const { name, width, ids } = set;
    return { name, width, ids, data: await set.read(0, ids.length) };
  } finally {
    await set.close();
  }
}

/** A set whose rows stay on disk until they are asked for. Close it. */
export interface OpenFeatureSet extends Omit<FeatureSet, 'data'> {
  /** `count` rows from `first`: (count, F). */
  read(first: number, count: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Fails with FEATURES_SHAPE when the files do not agree. */
export async function openFeatureSet({ path, origin }: Place): Promise<OpenFeatureSet> {
  const { ids } = JSON.parse(await readFile(join(path, 'index.json'), 'utf8')) as SetIndex;
  const reader = await openNpy(join(path, 'features.npy'), '<f4');
  const [rows, width] = reader.shape;
  if (reader.shape.length !== 2 || width === undefined || rows !== ids.length) {
    await reader.close();
    throw new FailureError({
      code: 'FEATURES_SHAPE',
      message: `features.npy has the shape (${reader.shape.join(', ')}) and index.json ${ids.length} ids; expected a row for each id`,
      place: origin,
      remedy: 'run the stage that wrote them again',
    });
  }
  return {
    name: origin,
    width,
    ids,
    read: (first, count) => reader.rows(first, count),
    close: () => reader.close(),
  };
}

/** The rows of `first`, then those of `second`, as one set. Closing it closes both. Fails with FEATURES_SHAPE when their widths differ. */
export function joinFeatureSets(first: OpenFeatureSet, second: OpenFeatureSet): OpenFeatureSet {
  const { width } = first;
  const border = first.ids.length;
  if (second.width !== width)
    throw new FailureError({
      code: 'FEATURES_SHAPE',
      message: `has rows of ${second.width} numbers, ${first.name} of ${width}`,
      place: second.name,
      remedy: 'describe both with one model',
    });
  return {
    name: `${first.name} and ${second.name}`,
    width,
    ids: [...first.ids, ...second.ids],
    async read(start, count) {
      const before = Math.max(0, Math.min(count, border - start));
      if (before === count) return first.read(start, count);
      if (before === 0) return second.read(start - border, count);
      const rows = new Float32Array(count * width);
      rows.set(await first.read(start, before));
      rows.set(await second.read(0, count - before), before * width);
      return rows;
    },
    close: async () => void (await Promise.all([first.close(), second.close()])),
  };
}
