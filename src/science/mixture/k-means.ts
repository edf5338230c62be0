/** k-means, as a start for the mixture: greedy k-means++ seeding, then Lloyd's iterations. */
import type { Random } from '../random.ts';
import { columnMeans, forEachBlock, type FeatureRows } from './rows.ts';
import { rowsAt, seedRows } from './seeding.ts';
import { distancesByLoops, squaredDistance, type SquaredDistances } from './squared-distances.ts';

/** The label (0..K-1) of every row after k-means (N), from seeds drawn by `random`. Fails with FEATURES_NOT_FINITE. */
export async function kMeans(
  rows: FeatureRows,
  clusters: number,
  random: Random,
  signal: AbortSignal,
  distances: SquaredDistances = distancesByLoops,
): Promise<Int32Array> {
  const seeds = await seedRows(rows, clusters, random, signal, distances);
  const { labels } = await moveToMeans(rows, await rowsAt(rows, seeds), signal, distances);
  return labels;
}

export interface Clusters {
  /** (N), 0..K-1. */
  readonly labels: Int32Array;
  /** (K, D). */
  readonly centres: Float64Array;
  readonly iterations: number;
}

/**
 * Lloyd's iterations from given centres (K, D). Stops when no label changes, when the centres' squared movement is
 * within `tolerance` of the mean variance of a column, or after 300 iterations (scikit-learn's rules).
 */
export async function moveToMeans(
  rows: FeatureRows,
  start: Float64Array,
  signal: AbortSignal,
  distances: SquaredDistances,
  tolerance = 1e-4,
): Promise<Clusters> {
  const centres = start.slice();
  const labels = new Int32Array(rows.count).fill(-1);
  const least = tolerance * (await meanVariance(rows));
  let iterations = 0;
  while (iterations < 300) {
    signal.throwIfAborted();
    iterations++;
    const { changed, sums, counts, nearest } = await assign(rows, centres, labels, distances);
    if (!changed) break;
    await refill(rows, labels, sums, counts, nearest);
    if (moveCentres(centres, sums, counts) <= least) {
      await assign(rows, centres, labels, distances);
      break;
    }
  }
  return { labels, centres, iterations };
}

interface Assignment {
  readonly changed: boolean;
  /** (K, D) sums of the rows of each cluster, and how many there are (K). */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  /** Squared distance of each row from its centre (N). */
  readonly nearest: Float64Array;
}

/** Gives every row the label of its nearest centre (the first of equals). */
async function assign(
  rows: FeatureRows,
  centres: Float64Array,
  labels: Int32Array,
  distances: SquaredDistances,
): Promise<Assignment> {
  const { width } = rows;
  const clusters = centres.length / width;
  const fromCentres = distances(centres, width);
  const sums = new Float64Array(centres.length);
  const counts = new Int32Array(clusters);
  const nearest = new Float64Array(rows.count);
  let changed = false;
  await forEachBlock(rows, async (block, first, count) => {
    const found = await fromCentres(block);
    for (let i = 0; i < count; i++) {
      const label = leastOf(found, i * clusters, clusters);
      if (labels[first + i] !== label) changed = true;
      labels[first + i] = label;
      nearest[first + i] = found[i * clusters + label] as number;
      counts[label] = (counts[label] as number) + 1;
      for (let d = 0; d < width; d++)
        sums[label * width + d] = (sums[label * width + d] as number) + (block[i * width + d] as number);
    }
  });
  return { changed, sums, counts, nearest };
}

/** Where the least of `length` numbers from `start` is, from there; the first of equals. */
function leastOf(numbers: Float64Array, start: number, length: number): number {
  let least = 0;
  for (let k = 1; k < length; k++)
    if ((numbers[start + k] as number) < (numbers[start + least] as number)) least = k;
  return least;
}

/** A cluster that lost all its rows takes the row farthest from its own centre. */
async function refill(
  rows: FeatureRows,
  labels: Int32Array,
  sums: Float64Array,
  counts: Int32Array,
  nearest: Float64Array,
): Promise<void> {
  const { width } = rows;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] !== 0) continue;
    let farthest = 0;
    for (let i = 1; i < nearest.length; i++)
      if ((nearest[i] as number) > (nearest[farthest] as number)) farthest = i;
    if (nearest[farthest] === 0) return; // fewer distinct rows than clusters
    const from = labels[farthest] as number;
    const row = await rows.read(farthest, 1);
    for (let d = 0; d < width; d++) {
      sums[from * width + d] = (sums[from * width + d] as number) - (row[d] as number);
      sums[k * width + d] = row[d] as number;
    }
    counts[from] = (counts[from] as number) - 1;
    counts[k] = 1;
    labels[farthest] = k;
    nearest[farthest] = 0;
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
  const means = await columnMeans(rows);
  let sum = 0;
  await forEachBlock(rows, (block) => {
    for (let i = 0; i < block.length; i += rows.width) sum += squaredDistance(block, i, means, 0, rows.width);
  });
  return sum / (rows.count * rows.width);
}
