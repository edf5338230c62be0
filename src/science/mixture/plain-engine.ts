/**
 * Expectation and maximisation in plain loops over typed arrays, for every kind of covariance: the fastest for narrow
 * features, where a call of a matrix product costs more than it saves. One iteration reads the rows three times.
 */
import { covarianceOf } from './covariances.ts';
import type { Covariance, CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { densityEvaluator, logSum, type Component, type Mixture } from './mixture.ts';
import { forEachBlock, type FeatureRows } from './rows.ts';
import { requireFactor } from './singular.ts';

export function plainEngine(
  rows: FeatureRows,
  name: CovarianceName,
  { components, regularization }: Pick<EngineSettings, 'components' | 'regularization'>,
): Engine {
  const { count, width } = rows;
  const covariance = covarianceOf(name);
  const responsibilities = Array.from({ length: components }, () => new Float64Array(count));

  return {
    fromLabels(labels) {
      labels.forEach((label, i) => {
        if (label >= 0) (responsibilities[label] as Float64Array)[i] = 1;
      });
      return maximize();
    },
    async iterate(mixture, labels) {
      const logLikelihoods = await expect(mixture, labels);
      return { logLikelihoods, mixture: await maximize() };
    },
    expect,
    close: () => Promise.resolve(),
  };

  /** Fills the responsibilities. */
  async function expect(mixture: Mixture, labels: Int32Array): Promise<Float64Array> {
    const densities = densityEvaluator(mixture);
    const likelihoods = new Float64Array(count);
    await forEachBlock(rows, (block, first, size) => {
      const weighted = densities(block, size);
      for (let i = 0; i < size; i++) {
        const likelihood = logSum(weighted, i);
        likelihoods[first + i] = likelihood;
        for (let k = 0; k < weighted.length; k++)
          (responsibilities[k] as Float64Array)[first + i] = Math.exp(
            ((weighted[k] as Float64Array)[i] as number) - likelihood,
          );
        labels[first + i] = greatestAt(responsibilities, first + i);
      }
    });
    return likelihoods;
  }

  /** The parameters that maximise the expected likelihood under the responsibilities. */
  async function maximize(): Promise<Mixture> {
    // 10 eps keeps a component that no row belongs to from dividing by zero.
    const counts = responsibilities.map((of) => of.reduce((sum, r) => sum + r, 0) + 10 * Number.EPSILON);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const means = await weightedMeans(rows, responsibilities, counts);
    const scatters = await scattersAbout(means);
    const factors = covariance.isShared
      ? sharedFactor(scatters, total, means)
      : scatters.map((scatter, k) => factorOf(scatter, counts[k] as number, means[k] as Float64Array, k));
    return {
      covariance: name,
      width,
      components: means.map((mean, k): Component => ({
        weight: (counts[k] as number) / total,
        mean,
        factor: factors[k] as Float64Array,
      })),
    };
  }

  async function scattersAbout(means: readonly Float64Array[]): Promise<Float64Array[]> {
    const length = sizeOf(covariance, width);
    const scatters = means.map(() => new Float64Array(length));
    await forEachBlock(rows, (block, first, size) => {
      for (let k = 0; k < scatters.length; k++)
        covariance.addScatter(
          block,
          size,
          (responsibilities[k] as Float64Array).subarray(first, first + size),
          means[k] as Float64Array,
          scatters[k] as Float64Array,
        );
    });
    return scatters;
  }

  function sharedFactor(
    scatters: readonly Float64Array[],
    total: number,
    means: readonly Float64Array[],
  ): Float64Array[] {
    const [pooled, ...others] = scatters as [Float64Array, ...Float64Array[]];
    for (const other of others)
      for (let i = 0; i < pooled.length; i++) pooled[i] = (pooled[i] as number) + (other[i] as number);
    const factor = factorOf(pooled, total, largestMeans(means), undefined);
    return means.map(() => factor);
  }

  function factorOf(
    scatter: Float64Array,
    weight: number,
    mean: Float64Array,
    component: number | undefined,
  ): Float64Array {
    const factor = covariance.factorPrecision(scatter, weight, regularization, mean);
    return requireFactor(factor, { component, components, rows: weight, width, regularization });
  }
}

const sizeOf = (covariance: Covariance, width: number): number =>
  covariance.factorShape(width).reduce((size, axis) => size * axis, 1);

/** For each column the mean that is farthest from zero (D). */
export function largestMeans(means: readonly Float64Array[]): Float64Array {
  const largest = (means[0] as Float64Array).slice();
  for (const mean of means)
    mean.forEach((value, d) => (largest[d] = Math.max(Math.abs(value), Math.abs(largest[d] as number))));
  return largest;
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

/** The index of the greatest responsibility of row i, the first of equals. */
function greatestAt(responsibilities: readonly Float64Array[], i: number): number {
  let label = 0;
  for (let k = 1; k < responsibilities.length; k++)
    if (
      ((responsibilities[k] as Float64Array)[i] as number) >
      ((responsibilities[label] as Float64Array)[i] as number)
    )
      label = k;
  return label;
}
