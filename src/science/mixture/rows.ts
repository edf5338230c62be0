/**
 * Feature vectors as the mixture reads them: block by block, in float64, standardised on the way. What lies
 * behind (an array in memory, a file) is nobody else's concern.
 */
import type { OpenFeatureSet } from '../datasets/feature-set.ts';
import { checkFinite } from '../finite.ts';
import type { Standardisation } from './standardisation.ts';

export interface FeatureRows {
  /** N. */
  readonly count: number;
  /** D. */
  readonly width: number;
  /** Rows `first` to `first + count`: (count, D). The array is used again by the next call. */
  read(first: number, count: number): Promise<Float64Array>;
}

/** Rows of an array in memory, (N, D) in C order; `standardisation` is applied as they are read. */
export function rowsInMemory(
  data: Float32Array | Float64Array,
  width: number,
  standardisation?: Standardisation,
): FeatureRows {
  let block = new Float64Array();
  return {
    count: data.length / width,
    width,
    read: async (first, count) => {
      if (block.length < count * width) block = new Float64Array(count * width);
      const rows = block.subarray(0, count * width);
      rows.set(data.subarray(first * width, (first + count) * width));
      standardisation?.apply(rows);
      return rows;
    },
  };
}

/** Rows of a set on disk, read when they are asked for; the same numbers as `rowsInMemory`. */
export function rowsOnDisk(set: OpenFeatureSet, standardisation?: Standardisation): FeatureRows {
  return {
    count: set.ids.length,
    width: set.width,
    read: async (first, count) => {
      const rows = Float64Array.from(await set.read(first, count));
      standardisation?.apply(rows);
      return rows;
    },
  };
}

/** The same rows less `origin` (D). */
export function shiftedRows(rows: FeatureRows, origin: Float64Array): FeatureRows {
  const { count, width } = rows;
  return {
    count,
    width,
    read: async (first, size) => {
      const block = await rows.read(first, size);
      for (let i = 0; i < block.length; i += width)
        for (let d = 0; d < width; d++) block[i + d] = (block[i + d] as number) - (origin[d] as number);
      return block;
    },
  };
}

/** Rows in a block, a multiple of four: about a quarter of a megabyte, to stay in the processor's second cache. */
export const blockRows = (width: number): number => 4 * Math.max(4, Math.min(128, Math.floor(8192 / width)));

/** Calls `visit` with every block in order, each when the one before is done. */
export async function forEachBlock(
  rows: FeatureRows,
  visit: (block: Float64Array, first: number, count: number) => void | Promise<void>,
): Promise<void> {
  const most = blockRows(rows.width);
  for (let first = 0; first < rows.count; first += most) {
    const count = Math.min(most, rows.count - first);
    await visit(await rows.read(first, count), first, count);
  }
}

/** The mean of every column (D), of N >= 1 rows. Fails with FEATURES_NOT_FINITE: any such number shows in its mean. */
export async function columnMeans(rows: FeatureRows): Promise<Float64Array> {
  const { count, width } = rows;
  const means = new Float64Array(width);
  await forEachBlock(rows, (block) => {
    for (let i = 0; i < block.length; i += width)
      for (let d = 0; d < width; d++) means[d] = (means[d] as number) + (block[i + d] as number) / count;
  });
  if (!means.every(Number.isFinite)) await checkFiniteRows(rows);
  return means;
}

/** Fails with FEATURES_NOT_FINITE, which names the row and, by `ids`, its image. `name` says which set of features it is. */
export async function checkFiniteRows(
  rows: FeatureRows,
  name?: string,
  ids: readonly string[] = [],
): Promise<void> {
  const { width } = rows;
  await forEachBlock(rows, (block, first) =>
    checkFinite(block, { width, first, ids, ...(name === undefined ? {} : { name }) }),
  );
}
