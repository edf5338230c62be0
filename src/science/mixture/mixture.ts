/** A Gaussian mixture (Eq. 7 of the paper) and what can be asked of it. */
import { checkFinite } from '../finite.ts';
import type { CovarianceName } from './covariance.ts';
import { covarianceOf } from './covariances.ts';
import { blockRows, forEachBlock, type FeatureRows } from './rows.ts';

export interface Mixture {
  readonly covariance: CovarianceName;
  /** D. */
  readonly width: number;
  /** K of them. */
  readonly components: readonly Component[];
}

export interface Component {
  /** Mixing coefficient; they sum to one. */
  readonly weight: number;
  /** (D). */
  readonly mean: Float64Array;
  /** W with Σ⁻¹ = Wᵀ W: (D, D), lower triangular, or (D), or (1). */
  readonly factor: Float64Array;
}

/** ln p(x) of every row: (N). Fails with FEATURES_NOT_FINITE. */
export async function logLikelihoods(mixture: Mixture, rows: FeatureRows): Promise<Float64Array> {
  const densities = densityEvaluator(mixture);
  const likelihoods = new Float64Array(rows.count);
  await forEachBlock(rows, (block, first, count) => {
    checkFinite(block, { width: rows.width, first });
    const weighted = densities(block, count);
    for (let i = 0; i < count; i++) likelihoods[first + i] = logSum(weighted, i);
  });
  return likelihoods;
}

/**
 * A function that fills, for each component, ln(π_k N(x_i; μ_k, Σ_k)) of the rows of a block: K arrays of
 * (count), used again by the next call.
 */
export function densityEvaluator(
  mixture: Mixture,
): (block: Float64Array, count: number) => readonly Float64Array[] {
  const { width } = mixture;
  const covariance = covarianceOf(mixture.covariance);
  const components = mixture.components.map(({ weight, mean, factor }) => ({
    mean,
    factor,
    constant:
      Math.log(weight) - (width / 2) * Math.log(2 * Math.PI) + covariance.logDeterminant(factor, width),
    out: new Float64Array(blockRows(width)),
  }));
  const outs = components.map(({ out }) => out);
  return (block, count) => {
    for (const { mean, factor, constant, out } of components) {
      covariance.squaredDistances(block, count, mean, factor, out);
      for (let i = 0; i < count; i++) out[i] = constant - (out[i] as number) / 2;
    }
    return outs;
  };
}

/** ln sum over k of exp(logs[k][i]), without overflow. */
export function logSum(logs: readonly Float64Array[], i: number): number {
  let greatest = -Infinity;
  for (const log of logs) greatest = Math.max(greatest, log[i] as number);
  if (greatest === -Infinity) return -Infinity;
  let sum = 0;
  for (const log of logs) sum += Math.exp((log[i] as number) - greatest);
  return greatest + Math.log(sum);
}

/** Akaike's and the Bayesian information criterion on the rows that have these log-likelihoods; lower is better. */
export function informationCriteria(
  mixture: Mixture,
  likelihoods: Float64Array,
): { aic: number; bic: number } {
  const parameters = freeParameters(mixture);
  const deviance = -2 * likelihoods.reduce((sum, value) => sum + value, 0);
  return { aic: deviance + 2 * parameters, bic: deviance + parameters * Math.log(likelihoods.length) };
}

/** Means, covariances and the weights, of which one follows from the others. */
function freeParameters({ covariance, components, width }: Mixture): number {
  const K = components.length;
  const kind = covarianceOf(covariance);
  return K * width + (kind.isShared ? 1 : K) * kind.freeParameters(width) + K - 1;
}
