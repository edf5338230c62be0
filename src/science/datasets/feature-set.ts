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
