/**
 * Made-up features for the bench: clusters with covariances of their own, each a falling spectrum turned by reflections, and a
 * first assignment in which some are misplaced. Written as `features.npy` (N, D) float32 and `labels.npy` (N) int32.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createNpy, writeNpy } from '../../src/science/array/npy.ts';
import { randomOf } from '../../src/science/random.ts';

export interface Shape {
  readonly rows: number;
  readonly width: number;
  readonly clusters: number;
  /** Of the clusters' centres from one another in each column, in deviations. */
  readonly distance: number;
  /** Share of the rows whose first label is drawn at random; 0.3 where not given. k-means finds well separated clusters without a mistake. */
  readonly misplaced?: number;
}

export async function writeFeatures(
  folder: string,
  { rows, width, clusters, distance, misplaced = 0.3 }: Shape,
): Promise<void> {
  for (const name of ['features.npy', 'labels.npy']) await rm(join(folder, name), { force: true });
  const random = randomOf(8, 'mixture bench');
  const numbers = (length: number) => Float64Array.from({ length }, () => random.normal());
  const shapes = Array.from({ length: clusters }, () => ({
    centre: numbers(width).map((value) => value * distance),
    deviations: numbers(width).map((value, d) => Math.exp(0.3 * value) / Math.sqrt(1 + (8 * d) / width)),
    mirrors: Array.from({ length: 3 }, () => unit(numbers(width))),
  }));
  const writer = await createNpy(join(folder, 'features.npy'), '<f4', [width]);
  const labels = new Int32Array(rows);
  const atOnce = 1000;
  for (let first = 0; first < rows; first += atOnce) {
    const block = new Float32Array(Math.min(atOnce, rows - first) * width);
    for (let start = 0; start < block.length; start += width) {
      const cluster = random.integer(clusters);
      const { centre, deviations, mirrors } = shapes[cluster] as (typeof shapes)[number];
      const row = deviations.map((deviation) => deviation * random.normal());
      for (const mirror of mirrors) reflect(row, mirror);
      for (let d = 0; d < width; d++) block[start + d] = (row[d] as number) + (centre[d] as number);
      labels[first + start / width] = random.uniform() < misplaced ? random.integer(clusters) : cluster;
    }
    await writer.append(block);
  }
  await writer.close();
  await writeNpy(join(folder, 'labels.npy'), { type: '<i4', shape: [rows], data: labels });
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** row - 2 (row . mirror) mirror. */
function reflect(row: Float64Array, mirror: Float64Array): void {
  let dot = 0;
  for (let d = 0; d < row.length; d++) dot += (row[d] as number) * (mirror[d] as number);
  for (let d = 0; d < row.length; d++) row[d] = (row[d] as number) - 2 * dot * (mirror[d] as number);
}
