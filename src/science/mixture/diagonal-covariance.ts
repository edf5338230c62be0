/** Every component with a variance per column, (D). W holds the inverse deviations. */
import { roundingVariance, SingularColumn, type Covariance } from './covariance.ts';

export const diagonalCovariance: Covariance = {
  name: 'diag',
  isShared: false,
  factorShape: (width) => [width],
  freeParameters: (width) => width,

  addScatter(block, count, weights, mean, scatter) {
    const width = mean.length;
    for (let i = 0; i < count; i++) {
      const weight = weights[i] as number;
      for (let d = 0; d < width; d++)
        scatter[d] =
          (scatter[d] as number) + weight * ((block[i * width + d] as number) - (mean[d] as number)) ** 2;
    }
  },

  factorPrecision(scatter, weight, regularization, mean) {
    const largest = scatter.reduce((most, sum) => Math.max(most, sum), 0) / weight + regularization;
    for (let d = 0; d < mean.length; d++) {
      const variance = (scatter[d] as number) / weight + regularization;
      if (!(variance > roundingVariance(mean[d] as number))) return new SingularColumn(d, largest, variance);
      scatter[d] = 1 / Math.sqrt(variance);
    }
    return scatter;
  },

  logDeterminant: (factor) => factor.reduce((sum, inverseDeviation) => sum + Math.log(inverseDeviation), 0),

  squaredDistances(block, count, mean, factor, out) {
    const width = mean.length;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let d = 0; d < width; d++)
        sum += (((block[i * width + d] as number) - (mean[d] as number)) * (factor[d] as number)) ** 2;
      out[i] = sum;
    }
  },
};
