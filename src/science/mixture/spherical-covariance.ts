/** Every component with one variance in all directions, the mean of its columns' variances. W is the inverse deviation, (1). */
import { negligible, roundingVariance, SingularColumn, type Covariance } from './covariance.ts';
import { squaredDistance } from './squared-distances.ts';

export const sphericalCovariance: Covariance = {
  name: 'spherical',
  isShared: false,
  factorShape: () => [],
  freeParameters: () => 1,

  addScatter(block, count, weights, mean, scatter) {
    const width = mean.length;
    for (let i = 0; i < count; i++) {
      const weight = weights[i] as number;
      if (weight < negligible) continue;
      scatter[0] = (scatter[0] as number) + weight * squaredDistance(block, i * width, mean, 0, width);
    }
  },

  factorPrecision(scatter, weight, regularization, mean) {
    const variance = (scatter[0] as number) / weight / mean.length + regularization;
    const largest = mean.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!(variance > roundingVariance(largest))) return new SingularColumn(0, variance, variance);
    scatter[0] = 1 / Math.sqrt(variance);
    return scatter;
  },

  logDeterminant: (factor, width) => width * Math.log(factor[0] as number),

  squaredDistances(block, count, mean, factor, out) {
    const width = mean.length;
    const inverseVariance = (factor[0] as number) ** 2;
    for (let i = 0; i < count; i++)
      out[i] = inverseVariance * squaredDistance(block, i * width, mean, 0, width);
  },
};
