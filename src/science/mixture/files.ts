/**
 * A detector as a folder that Python and people can read: `mixture.json`, `means.npy` (K, D),
 * `precisions-cholesky.npy` as scikit-learn has it (upper triangular, Σ⁻¹ = U Uᵀ): `full` (K, D, D), `tied` (D, D), `diag` (K, D),
 * `spherical` (K);
 * `log-likelihoods.npy` (N) of the training features; all float64.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNpy, writeNpy } from '../array/npy.ts';
import type { CovarianceName } from './covariance.ts';
import { covarianceOf } from './covariances.ts';
import type { AnomalyDetector } from './detector.ts';
import type { FittedMixture } from './fit.ts';
import { informationCriteria, type Mixture } from './mixture.ts';
import { standardisationOf } from './standardisation.ts';

/** What `mixture.json` holds. */
export interface MixtureFile {
  readonly covariance: CovarianceName;
  readonly components: number;
  readonly width: number;
  /** Rows it was fitted to. */
  readonly rows: number;
  readonly weights: readonly number[];
  /** In the units of the log-likelihoods; `percentile` of the training ones lies below `value`. */
  readonly threshold: { readonly percentile: number; readonly value: number };
  /** Column means and deviations of the training features; null when they were taken as they are. */
  readonly standardisation: {
    readonly means: readonly number[];
    readonly deviations: readonly number[];
  } | null;
  readonly convergence: {
    /** Which of the starts was kept, from 0. */
    readonly start: number;
    readonly iterations: number;
    readonly converged: boolean;
    /** Mean log-likelihood at every iteration. */
    readonly lowerBounds: readonly number[];
  };
  readonly aic: number;
  readonly bic: number;
}

/** What `held-out.json` holds, of the validation features. */
export interface HeldOutFile {
  readonly rows: number;
  /** Mean of ln p(x). */
  readonly logLikelihood: number;
  /** Share below the threshold. */
  readonly falseAlarmRate: number;
}

export async function writeDetector(
  folder: string,
  { mixture, standardisation, threshold }: AnomalyDetector,
  fitted: FittedMixture,
  percentile: number,
): Promise<MixtureFile> {
  const { covariance, components, width } = mixture;
  const K = components.length;
  const file: MixtureFile = {
    covariance,
    components: K,
    width,
    rows: fitted.logLikelihoods.length,
    weights: components.map(({ weight }) => weight),
    threshold: { percentile, value: threshold },
    standardisation:
      standardisation === undefined
        ? null
        : { means: [...standardisation.means], deviations: [...standardisation.deviations] },
    convergence: {
      start: fitted.start,
      iterations: fitted.lowerBounds.length,
      converged: fitted.converged,
      lowerBounds: fitted.lowerBounds,
    },
    ...informationCriteria(mixture, fitted.logLikelihoods),
  };
  await writeFile(join(folder, 'mixture.json'), `${JSON.stringify(file, null, 1)}\n`);
  const means = joined(components.map(({ mean }) => mean));
  await writeNpy(join(folder, 'means.npy'), { type: '<f8', shape: [K, width], data: means });
  const kind = covarianceOf(covariance);
  const shape = kind.factorShape(width);
  const own = kind.isShared ? components.slice(0, 1) : components;
  const factors = joined(own.map(({ factor }) => transposed(factor, shape)));
  await writeNpy(join(folder, 'precisions-cholesky.npy'), {
    type: '<f8',
    shape: kind.isShared ? shape : [K, ...shape],
    data: factors,
  });
  const likelihoods = Float64Array.from(fitted.logLikelihoods);
  await writeNpy(join(folder, 'log-likelihoods.npy'), { type: '<f8', shape: [file.rows], data: likelihoods });
  return file;
}

export async function readDetector(folder: string): Promise<AnomalyDetector> {
  const file = JSON.parse(await readFile(join(folder, 'mixture.json'), 'utf8')) as MixtureFile;
  const means = await readNpy(join(folder, 'means.npy'), '<f8');
  const factors = await readNpy(join(folder, 'precisions-cholesky.npy'), '<f8');
  const kind = covarianceOf(file.covariance);
  const shape = kind.factorShape(file.width);
  const factorLength = factors.data.length / (kind.isShared ? 1 : file.components);
  const factorAt = (k: number) => factors.data.subarray(k * factorLength, (k + 1) * factorLength);
  const mixture: Mixture = {
    covariance: file.covariance,
    width: file.width,
    components: file.weights.map((weight, k) => ({
      weight,
      mean: means.data.subarray(k * file.width, (k + 1) * file.width),
      factor: transposed(factorAt(kind.isShared ? 0 : k), shape),
    })),
  };
  const standardisation =
    file.standardisation === null
      ? undefined
      : standardisationOf(
          Float64Array.from(file.standardisation.means),
          Float64Array.from(file.standardisation.deviations),
        );
  return { mixture, standardisation, threshold: file.threshold.value };
}

function joined(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Float64Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The transpose of a square matrix; a vector as it is. */
function transposed(matrix: Float64Array, shape: readonly number[]): Float64Array {
  const [size, columns] = shape as [number, number?];
  if (columns === undefined) return matrix.slice();
  return matrix.map((_, i) => matrix[(i % size) * size + Math.floor(i / size)] as number);
}
