/** Every component with a variance per column, (D). W holds the inverse deviations. */
import { negligible, roundingVariance, SingularColumn, type Covariance } from './covariance.ts';

export const diagonalCovariance: Covariance = {
  name: 'diag',
  isShared: false,
  factorShape: (width) => [width],
  freeParameters: (width) => width,

  addScatter(block, count, weights, mean, scatter) {
    const width = mean.length;
    for (let i = 0; i < count; i++) {
      const weight = weights[i] as number;
      if (weight < negligible) continue;
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
    const even = width - (width % 2);
    for (let i = 0, x = 0; i < count; i++, x += width) {
      // Two sums, so that no addition waits for the one before.
      let sum = 0;
      let other = 0;
      for (let d = 0; d < even; d += 2) {
        sum += (((block[x + d] as number) - (mean[d] as number)) * (factor[d] as number)) ** 2;
        other += (((block[x + d + 1] as number) - (mean[d + 1] as number)) * (factor[d + 1] as number)) ** 2;
      }
      for (let d = even; d < width; d++)
        sum += (((block[x + d] as number) - (mean[d] as number)) * (factor[d] as number)) ** 2;
      out[i] = sum + other;
    }
  },
};
