/** Squared Euclidean distances of rows from a few centres: by loops, or by matrix products where rows are wide. */
import type { MatrixProducts } from './matrix-products.ts';

/** Takes centres (K, D) of `width` columns; the function it gives takes a block of rows (n, D) and gives their distances, (n, K). */
export type SquaredDistances = (centres: Float64Array, width: number) => DistancesOfBlock;
type DistancesOfBlock = (block: Float64Array) => Promise<Float64Array>;

export const distancesByLoops: SquaredDistances = (centres, width) => {
  const clusters = centres.length / width;
  return (block) => {
    const distances = new Float64Array((block.length / width) * clusters);
    for (let i = 0, at = 0; i < block.length; i += width)
      for (let c = 0; c < centres.length; c += width)
        distances[at++] = squaredDistance(block, i, centres, c, width);
    return Promise.resolve(distances);
  };
};

/**
 * By |x|² - 2 x·c + |c|²: equal to the loops up to a rounding of |x|² + |c|², so rows and centres far from the origin
 * should have their mean subtracted.
 */
export const distancesByProducts =
  (products: MatrixProducts): SquaredDistances =>
  (centres, width) => {
    const clusters = centres.length / width;
    const centreNorms = squaredNorms(centres, width);
    return async (block) => {
      const distances = await products.timesTransposed(block, centres, width);
      const rowNorms = squaredNorms(block, width);
      for (let i = 0, at = 0; i < rowNorms.length; i++)
        for (let k = 0; k < clusters; k++, at++) {
          const norms = (rowNorms[i] as number) + (centreNorms[k] as number);
          distances[at] = Math.max(0, norms - 2 * (distances[at] as number));
        }
      return distances;
    };
  };

/** |a - b|² of two rows of `width` numbers, each from its place in an array. */
export function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  width: number,
): number {
  // Four sums, so that no addition waits for the one before.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const fours = width - (width % 4);
  for (let d = 0; d < fours; d += 4) {
    s0 += ((a[aStart + d] as number) - (b[bStart + d] as number)) ** 2;
    s1 += ((a[aStart + d + 1] as number) - (b[bStart + d + 1] as number)) ** 2;
    s2 += ((a[aStart + d + 2] as number) - (b[bStart + d + 2] as number)) ** 2;
    s3 += ((a[aStart + d + 3] as number) - (b[bStart + d + 3] as number)) ** 2;
  }
  for (let d = fours; d < width; d++) s0 += ((a[aStart + d] as number) - (b[bStart + d] as number)) ** 2;
  return s0 + s1 + (s2 + s3);
}

function squaredNorms(rows: Float64Array, width: number): Float64Array {
  const norms = new Float64Array(rows.length / width);
  for (let i = 0; i < norms.length; i++) {
    let sum = 0;
    for (let d = i * width; d < (i + 1) * width; d++) sum += (rows[d] as number) ** 2;
    norms[i] = sum;
  }
  return norms;
}
