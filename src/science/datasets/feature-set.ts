/** A described set of images as `describeSets` writes it: `features.npy` (N, F) and `index.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { readNpy } from '../array/npy.ts';
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

/** `path`: the set's folder; `origin`: what people call it. Fails with FEATURES_SHAPE when the files do not agree. */
export async function readFeatureSet({
  path,
  origin,
}: {
  path: string;
  origin: string;
}): Promise<FeatureSet> {
  const { shape, data } = await readNpy(join(path, 'features.npy'), '<f4');
  const { ids } = JSON.parse(await readFile(join(path, 'index.json'), 'utf8')) as SetIndex;
  const [rows, width] = shape;
  if (shape.length !== 2 || width === undefined || rows !== ids.length)
    throw new FailureError({
      code: 'FEATURES_SHAPE',
      message: `features.npy has the shape (${shape.join(', ')}) and index.json ${ids.length} ids; expected a row for each id`,
      place: origin,
      remedy: 'run the stage that wrote them again',
    });
  return { name: origin, data, width, ids };
}
