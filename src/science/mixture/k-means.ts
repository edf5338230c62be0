/** k-means, as a start for the mixture: greedy k-means++ seeding, then Lloyd's iterations. */
import type { Random } from '../random.ts';
import type { MatrixProducts } from './matrix-products.ts';
import { forEachBlock, type FeatureRows } from './rows.ts';

/**
 * The label (0..K-1) of every row after k-means (N). Stops when no label changes, when the centres' squared
 * movement is within 1e-4 of the mean variance of a column (scikit-learn's rule), or after 300 iterations.
 * `nearest` finds the nearest centres; `nearestByProducts` does it faster for wide rows.
 */
export async function kMeans(
  rows: FeatureRows,
  clusters: number,
  random: Random,
  signal: AbortSignal,
  nearest: NearestCentres = nearestByLoops,
): Promise<Int32Array> {
  const centres = await centresOf(rows, await seedRows(rows, clusters, random));
  const labels = new Int32Array(rows.count).fill(-1);
  const tolerance = 1e-4 * (await meanVariance(rows));
  for (let iteration = 0; iteration < 300; iteration++) {
    signal.throwIfAborted();
    const { changed, sums, counts, distances } = await assign(rows, centres, labels, nearest);
    if (!changed) break;
    await refill(rows, labels, sums, counts, distances);
    if (moveCentres(centres, sums, counts) <= tolerance) {
      await assign(rows, centres, labels, nearest);
      break;
    }
  }
  return labels;
}

/**
 * K rows to start from (Arthur and Vassilvitskii, 2007): each is drawn with a probability proportional to its
 * squared distance from the nearest one chosen; of 2 + ln K candidates the one that leaves the least potential
 * is kept, as scikit-learn does.
 */
export async function seedRows(rows: FeatureRows, clusters: number, random: Random): Promise<number[]> {
  const chosen = [random.integer(rows.count)];
  let [nearest] = (await squaredDistancesFrom(rows, chosen)) as [Float64Array];
  const candidates = 2 + Math.floor(Math.log(clusters));
  while (chosen.length < clusters) {
    const potential = nearest.reduce((sum, distance) => sum + distance, 0);
    let best: { row: number; nearest: Float64Array; potential: number } | undefined;
    const drawn = Array.from({ length: candidates }, () => rowAt(nearest, random.uniform() * potential));
    const distancesFrom = await squaredDistancesFrom(rows, drawn);
    for (const [trial, row] of drawn.entries()) {
      const distances = distancesFrom[trial] as Float64Array;
      let left = 0;
      for (let i = 0; i < distances.length; i++) {
        distances[i] = Math.min(distances[i] as number, nearest[i] as number);
        left += distances[i] as number;
      }
      if (best === undefined || left < best.potential) best = { row, nearest: distances, potential: left };
    }
    if (best === undefined) break;
    chosen.push(best.row);
    nearest = best.nearest;
  }
  return chosen;
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
async function squaredDistancesFrom(rows: FeatureRows, chosen: readonly number[]): Promise<Float64Array[]> {
  const { count, width } = rows;
  const from = await centresOf(rows, chosen);
  const distances = chosen.map(() => new Float64Array(count));
  await forEachBlock(rows, (block, first, size) => {
    distances.forEach((of, k) => {
      for (let i = 0; i < size; i++)
        of[first + i] = squaredDistance(block, i * width, from, k * width, width);
    });
  });
  return distances;
}

async function centresOf(rows: FeatureRows, chosen: readonly number[]): Promise<Float64Array> {
  const centres = new Float64Array(chosen.length * rows.width);
  for (const [k, row] of chosen.entries()) centres.set(await rows.read(row, 1), k * rows.width);
  return centres;
}

interface Assignment {
  readonly changed: boolean;
  /** (K, D) sums of the rows of each cluster, and how many there are (K). */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  /** Squared distance of each row from its centre (N). */
  readonly distances: Float64Array;
}

/** Gives every row the label of its nearest centre (the first of equals). */
async function assign(
  rows: FeatureRows,
  centres: Float64Array,
  labels: Int32Array,
  nearest: NearestCentres,
): Promise<Assignment> {
  const { width } = rows;
  const clusters = centres.length / width;
  const sums = new Float64Array(centres.length);
  const counts = new Int32Array(clusters);
  const distances = new Float64Array(rows.count);
  let changed = false;
  await forEachBlock(rows, async (block, first, count) => {
    const found = await nearest(block, centres, width);
    for (let i = 0; i < count; i++) {
      const label = found.labels[i] as number;
      const least = found.distances[i] as number;
      if (labels[first + i] !== label) changed = true;
      labels[first + i] = label;
      distances[first + i] = least;
      counts[label] = (counts[label] as number) + 1;
      for (let d = 0; d < width; d++)
        sums[label * width + d] = (sums[label * width + d] as number) + (block[i * width + d] as number);
    }
  });
  return { changed, sums, counts, distances };
}

/** The nearest centre (the first of equals) of each row of a block, and the squared distance from it. */
type NearestCentres = (block: Float64Array, centres: Float64Array, width: number) => Promise<Nearest>;

interface Nearest {
  readonly labels: Int32Array;
  readonly distances: Float64Array;
}

const nearestByLoops: NearestCentres = (block, centres, width) =>
  Promise.resolve(
    leastOf(block.length / width, centres.length / width, (i, k) =>
      squaredDistance(block, i * width, centres, k * width, width),
    ),
  );

/** By |x|² - 2 x·c + |c|²: equal to the loops but for centres that are equally far to within rounding. */
export function nearestByProducts(products: MatrixProducts): NearestCentres {
  return async (block, centres, width) => {
    const clusters = centres.length / width;
    const dots = await products.timesTransposed(block, centres, width);
    const rowNorms = squaredNorms(block, width);
    const centreNorms = squaredNorms(centres, width);
    return leastOf(block.length / width, clusters, (i, k) =>
      Math.max(
        0,
        (rowNorms[i] as number) - 2 * (dots[i * clusters + k] as number) + (centreNorms[k] as number),
      ),
    );
  };
}

function leastOf(count: number, clusters: number, distance: (i: number, k: number) => number): Nearest {
  const labels = new Int32Array(count);
  const distances = new Float64Array(count).fill(Infinity);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < clusters; k++) {
      const found = distance(i, k);
      if (found < (distances[i] as number)) {
        distances[i] = found;
        labels[i] = k;
      }
    }
  return { labels, distances };
}

function squaredNorms(rows: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: rows.length / width }, (_, i) => {
    let sum = 0;
    for (let d = i * width; d < (i + 1) * width; d++) sum += (rows[d] as number) ** 2;
    return sum;
  });
}

/** A cluster that lost all its rows takes the row farthest from its own centre. */
async function refill(
  rows: FeatureRows,
  labels: Int32Array,
  sums: Float64Array,
  counts: Int32Array,
  distances: Float64Array,
): Promise<void> {
  const { width } = rows;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] !== 0) continue;
    let farthest = 0;
    for (let i = 1; i < distances.length; i++)
      if ((distances[i] as number) > (distances[farthest] as number)) farthest = i;
    if (distances[farthest] === 0) return; // fewer distinct rows than clusters
    const from = labels[farthest] as number;
    const row = await rows.read(farthest, 1);
    for (let d = 0; d < width; d++) {
      sums[from * width + d] = (sums[from * width + d] as number) - (row[d] as number);
      sums[k * width + d] = row[d] as number;
    }
    counts[from] = (counts[from] as number) - 1;
    counts[k] = 1;
    labels[farthest] = k;
    distances[farthest] = 0;
  }
}

/** Centres become the means of their rows; returns the sum of their squared movements. */
function moveCentres(centres: Float64Array, sums: Float64Array, counts: Int32Array): number {
  const width = centres.length / counts.length;
  let movement = 0;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k] as number;
    if (count === 0) continue;
    for (let d = k * width; d < (k + 1) * width; d++) {
      const mean = (sums[d] as number) / count;
      movement += (mean - (centres[d] as number)) ** 2;
      centres[d] = mean;
    }
  }
  return movement;
}

async function meanVariance(rows: FeatureRows): Promise<number> {
  const means = new Float64Array(rows.width);
  await forEachBlock(rows, (block) => {
    for (let i = 0; i < block.length; i += rows.width)
      for (let d = 0; d < rows.width; d++)
        means[d] = (means[d] as number) + (block[i + d] as number) / rows.count;
  });
  let sum = 0;
  await forEachBlock(rows, (block) => {
    for (let i = 0; i < block.length; i += rows.width) sum += squaredDistance(block, i, means, 0, rows.width);
  });
  return sum / (rows.count * rows.width);
}

function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  width: number,
): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += ((a[aStart + d] as number) - (b[bStart + d] as number)) ** 2;
  return sum;
}
