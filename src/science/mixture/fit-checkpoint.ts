/**
 * A fit on disk between iterations: each file is replaced by renaming, so that a kill at any moment leaves the old or the new
 * one. A line of JSON, the float64 numbers as they lie in memory, then the SHA-256 of all before it.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CovarianceName } from './covariance.ts';
import type { Mixture } from './mixture.ts';

/** Everything that the iterations left to do depend on. */
export interface FitState {
  readonly mixture: Mixture;
  readonly labels: Int32Array;
  readonly lowerBounds: readonly number[];
}

/** A fit under way, or the best of those that ended. */
export interface SavedFit extends FitState {
  readonly start: number;
  readonly converged: boolean;
  /** Empty while the start is under way. */
  readonly logLikelihoods: Float64Array;
  /** How many starts have ended. */
  readonly ended: number;
}

interface Head extends Pick<SavedFit, 'lowerBounds' | 'start' | 'converged' | 'ended'> {
  readonly covariance: CovarianceName;
  readonly width: number;
  readonly weights: readonly number[];
  readonly factorLength: number;
  readonly rows: number;
  readonly likelihoods: number;
}

/** `running`: the start under way; `best`: the best of those that ended. On disk when the promise resolves. */
export async function saveFit(folder: string, name: 'running' | 'best', fit: SavedFit): Promise<void> {
  const { mixture, labels, logLikelihoods, lowerBounds, start, converged, ended } = fit;
  const { components, covariance, width } = mixture;
  const head: Head = {
    covariance,
    width,
    weights: components.map(({ weight }) => weight),
    factorLength: components[0]?.factor.length ?? 0,
    rows: labels.length,
    likelihoods: logLikelihoods.length,
    lowerBounds,
    start,
    converged,
    ended,
  };
  const arrays = [...components.flatMap(({ mean, factor }) => [mean, factor]), logLikelihoods, labels];
  const parts = [
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  ];
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  const file = fileOf(folder, name);
  const handle = await open(`${file}.unfinished`, 'w');
  try {
    for (const part of [...parts, digest.digest()]) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.unfinished`, file);
}

/** What was saved under that name; undefined where it is absent or damaged. */
export async function loadFit(folder: string, name: 'running' | 'best'): Promise<SavedFit | undefined> {
  const bytes = await readFile(fileOf(folder, name)).catch(() => undefined);
  if (bytes === undefined || bytes.length < digestBytes) return undefined;
  const body = bytes.subarray(0, -digestBytes);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(-digestBytes))) return undefined;
  const end = body.indexOf('\n');
  const { covariance, width, weights, factorLength, rows, likelihoods, ...record } = JSON.parse(
    body.toString('utf8', 0, end),
  ) as Head;
  let offset = end + 1;
  const take = (length: number): ArrayBuffer => {
    const part = Uint8Array.from(body.subarray(offset, offset + length));
    offset += length;
    return part.buffer;
  };
  const numbers = (length: number): Float64Array => new Float64Array(take(8 * length));
  const components = weights.map((weight) => ({
    weight,
    mean: numbers(width),
    factor: numbers(factorLength),
  }));
  const logLikelihoods = numbers(likelihoods);
  const labels = new Int32Array(take(4 * rows));
  return { ...record, mixture: { covariance, width, components }, logLikelihoods, labels };
}

const digestBytes = 32;
const fileOf = (folder: string, name: string): string => join(folder, `${name}.checkpoint`);
