/** Rows for k-means to start from. */
import type { Random } from '../random.ts';
import { forEachBlock, type FeatureRows } from './rows.ts';
import { distancesByLoops, type SquaredDistances } from './squared-distances.ts';

/**
 * K rows to start from (Arthur and Vassilvitskii, 2007): each is drawn with a probability proportional to its
 * squared distance from the nearest one chosen; of 2 + ln K candidates the one that leaves the least potential
 * is kept, as scikit-learn does.
 */
export async function seedRows(
  rows: FeatureRows,
  clusters: number,
  random: Random,
  signal: AbortSignal,
  distances: SquaredDistances = distancesByLoops,
): Promise<number[]> {
  const chosen = [random.integer(rows.count)];
  let [nearest] = (await distancesFrom(rows, chosen, distances)) as [Float64Array];
  const candidates = 2 + Math.floor(Math.log(clusters));
  while (chosen.length < clusters) {
    signal.throwIfAborted();
    const potential = nearest.reduce((sum, distance) => sum + distance, 0);
    let best: { row: number; nearest: Float64Array; potential: number } | undefined;
    const drawn = Array.from({ length: candidates }, () => rowAt(nearest, random.uniform() * potential));
    const found = await distancesFrom(rows, drawn, distances);
    for (const [trial, row] of drawn.entries()) {
      const reached = found[trial] as Float64Array;
      let left = 0;
      for (let i = 0; i < reached.length; i++) {
        reached[i] = Math.min(reached[i] as number, nearest[i] as number);
        left += reached[i] as number;
      }
      if (best === undefined || left < best.potential) best = { row, nearest: reached, potential: left };
    }
    if (best === undefined) break;
    chosen.push(best.row);
    nearest = best.nearest;
  }
  return chosen;
}

/** The chosen rows, (K, D). */
export async function rowsAt(rows: FeatureRows, chosen: readonly number[]): Promise<Float64Array> {
  const found = new Float64Array(chosen.length * rows.width);
  for (const [k, row] of chosen.entries()) found.set(await rows.read(row, 1), k * rows.width);
  return found;
}

/** The row at which the running sum of the weights passes `share`. */
function rowAt(weights: Float64Array, share: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] as number;
    if (sum > share) return i;
  }
  return weights.length - 1;
}

/** Of all rows from each of the chosen ones, in one reading. */
async function distancesFrom(
  rows: FeatureRows,
  chosen: readonly number[],
  distances: SquaredDistances,
): Promise<Float64Array[]> {
  const fromChosen = distances(await rowsAt(rows, chosen), rows.width);
  const found = chosen.map(() => new Float64Array(rows.count));
  await forEachBlock(rows, async (block, first, size) => {
    const ofBlock = await fromChosen(block);
    found.forEach((of, k) => {
      for (let i = 0; i < size; i++) of[first + i] = ofBlock[i * chosen.length + k] as number;
    });
  });
  return found;
}
