/**
 * Expectation and maximisation for a Gaussian mixture, in the domain of logarithms, as scikit-learn does it:
 * counts get 10 eps, the covariances a constant on the diagonal, the change of the mean log-likelihood ends the
 * loop, and a last expectation makes labels and parameters agree. One iteration reads the rows twice.
 */
import { setImmediate } from 'node:timers/promises';
import { FailureError } from '../../failure.ts';
import type { CovarianceName } from './covariance.ts';
import { covarianceOf } from './covariances.ts';
import { densityEvaluator, logSum, type Component, type Mixture } from './mixture.ts';
import { forEachBlock, type FeatureRows } from './rows.ts';

export interface MaximizationSettings {
  readonly components: number;
  readonly covariance: CovarianceName;
  /** Added to the diagonal of every covariance. */
  readonly regularization: number;
  /** The loop ends when the lower bound changes by less. */
  readonly tolerance: number;
  readonly maximumIterations: number;
  readonly signal: AbortSignal;
  progress?(iteration: number, lowerBound: number): void;
}

export interface MaximizedMixture {
  readonly mixture: Mixture;
  /** ln p(x) of every row under the final parameters (N). */
  readonly logLikelihoods: Float64Array;
  /** The component with the greatest responsibility for each row (N). */
  readonly labels: Int32Array;
  /** Mean log-likelihood at each iteration, before its maximisation; the last is the one to compare starts by. */
  readonly lowerBounds: readonly number[];
  readonly converged: boolean;
}

/**
 * Fits from a first assignment of rows to components: `labels` (N), -1 for a row that belongs to none.
 * Fails with COVARIANCE_SINGULAR, which names the component.
 */
export async function maximizeExpectation(
  rows: FeatureRows,
  labels: Int32Array,
  settings: MaximizationSettings,
): Promise<MaximizedMixture> {
  const responsibilities = oneHot(labels, settings.components);
  const lowerBounds: number[] = [];
  let mixture = await maximize(rows, responsibilities, settings);
  let converged = false;
  while (!converged && lowerBounds.length < settings.maximumIterations) {
    await setImmediate(); // lets an interruption through
    settings.signal.throwIfAborted();
    const likelihoods = await expect(rows, mixture, responsibilities);
    mixture = await maximize(rows, responsibilities, settings);
    const lowerBound = mean(likelihoods);
    converged = Math.abs(lowerBound - (lowerBounds.at(-1) ?? -Infinity)) < settings.tolerance;
    lowerBounds.push(lowerBound);
    settings.progress?.(lowerBounds.length, lowerBound);
  }
  const logLikelihoods = await expect(rows, mixture, responsibilities);
  return { mixture, logLikelihoods, labels: greatest(responsibilities), lowerBounds, converged };
}

/** Fills the responsibilities, K arrays of (N), and returns ln p(x) of every row (N). */
async function expect(
  rows: FeatureRows,
  mixture: Mixture,
  responsibilities: readonly Float64Array[],
): Promise<Float64Array> {
  const densities = densityEvaluator(mixture);
  const likelihoods = new Float64Array(rows.count);
  await forEachBlock(rows, (block, first, count) => {
    const weighted = densities(block, count);
    for (let i = 0; i < count; i++) {
      const likelihood = logSum(weighted, i);
      likelihoods[first + i] = likelihood;
      for (let k = 0; k < weighted.length; k++)
        (responsibilities[k] as Float64Array)[first + i] = Math.exp(
          ((weighted[k] as Float64Array)[i] as number) - likelihood,
        );
    }
  });
  return likelihoods;
}

/** The parameters that maximise the expected likelihood under these responsibilities. */
async function maximize(
  rows: FeatureRows,
  responsibilities: readonly Float64Array[],
  { covariance: name, regularization }: MaximizationSettings,
): Promise<Mixture> {
  const { width } = rows;
  const covariance = covarianceOf(name);
  // 10 eps keeps a component that no row belongs to from dividing by zero.
  const counts = responsibilities.map((of) => of.reduce((sum, r) => sum + r, 0) + 10 * Number.EPSILON);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const means = await weightedMeans(rows, responsibilities, counts);
  const scatters = responsibilities.map(
    () => new Float64Array(covariance.factorShape(width).reduce((size, axis) => size * axis, 1)),
  );
  await forEachBlock(rows, (block, first, count) => {
    for (let k = 0; k < scatters.length; k++)
      covariance.addScatter(
        block,
        count,
        (responsibilities[k] as Float64Array).subarray(first, first + count),
        means[k] as Float64Array,
        scatters[k] as Float64Array,
      );
  });
  const components = scatters.map((scatter, k): Component => {
    const count = counts[k] as number;
    const factor = covariance.factorPrecision(scatter, count, regularization, means[k] as Float64Array);
    if (factor === undefined)
      throw new FailureError(singular(k, scatters.length, count, width, regularization));
    return { weight: count / total, mean: means[k] as Float64Array, factor };
  });
  return { covariance: name, width, components };
}

async function weightedMeans(
  rows: FeatureRows,
  responsibilities: readonly Float64Array[],
  counts: readonly number[],
): Promise<Float64Array[]> {
  const means = responsibilities.map(() => new Float64Array(rows.width));
  await forEachBlock(rows, (block, first, count) => {
    means.forEach((sums, k) => {
      const weights = responsibilities[k] as Float64Array;
      for (let i = 0; i < count; i++) {
        const weight = weights[first + i] as number;
        if (weight === 0) continue;
        for (let d = 0; d < sums.length; d++)
          sums[d] = (sums[d] as number) + weight * (block[i * rows.width + d] as number);
      }
    });
  });
  means.forEach((sums, k) => {
    for (let d = 0; d < sums.length; d++) sums[d] = (sums[d] as number) / (counts[k] as number);
  });
  return means;
}

const singular = (k: number, components: number, count: number, width: number, regularization: number) => ({
  code: 'COVARIANCE_SINGULAR',
  message:
    `the covariance of component ${k} (of ${components}) is not positive definite: ` +
    `${count.toFixed(1)} rows belong to it, in ${width} dimensions, with a regularization of ${regularization}`,
  remedy: 'raise gmm.regularization, lower gmm.components, or set gmm.covariance to diag',
});

function oneHot(labels: Int32Array, components: number): Float64Array[] {
  const responsibilities = Array.from({ length: components }, () => new Float64Array(labels.length));
  labels.forEach((label, i) => {
    if (label >= 0) (responsibilities[label] as Float64Array)[i] = 1;
  });
  return responsibilities;
}

/** The index of the greatest responsibility of each row, the first of equals. */
function greatest(responsibilities: readonly Float64Array[]): Int32Array {
  return Int32Array.from(responsibilities[0] as Float64Array, (_, i) => {
    let label = 0;
    for (let k = 1; k < responsibilities.length; k++)
      if (
        ((responsibilities[k] as Float64Array)[i] as number) >
        ((responsibilities[label] as Float64Array)[i] as number)
      )
        label = k;
    return label;
  });
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
