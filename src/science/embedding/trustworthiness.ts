/** How far neighbours in an embedding were neighbours before. */
import { FailureError } from '../../failure.ts';
import { nearestNeighbours } from './neighbours.ts';

/**
 * Venna and Kaski 2001: 1 less a penalty for each of the `neighbours` nearest in the plane that was not among as many
 * nearest in `data`, by how far down it was; 1 is faultless, .5 about chance. `data` (N, width), `points` (N, 2);
 * `neighbours` is below N / 2. Throws FEATURES_NOT_FINITE and EMBEDDING_ROWS_FEW.
 */
export function trustworthiness(
  data: Float32Array | Float64Array,
  width: number,
  points: Float64Array,
  neighbours: number,
): number {
  const count = data.length / width;
  if (!(neighbours >= 1 && neighbours < count / 2))
    throw new FailureError({
      code: 'EMBEDDING_ROWS_FEW',
      message: `${count} rows have not the ${neighbours} neighbours asked for; expected at least 1, and fewer than half of the rows`,
      remedy: 'ask for fewer neighbours or give more images',
    });
  const { places: before } = nearestNeighbours(data, width, count - 1);
  const { places: after } = nearestNeighbours(points, 2, neighbours);
  const ranks = new Int32Array(count);
  let penalty = 0;
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < count - 1; i++) ranks[before[row * (count - 1) + i] as number] = i + 1;
    for (let i = 0; i < neighbours; i++)
      penalty += Math.max(0, (ranks[after[row * neighbours + i] as number] as number) - neighbours);
  }
  return 1 - (2 * penalty) / (count * neighbours * (2 * count - 3 * neighbours - 1));
}
