import type { GmmParameters } from '../../stages/parameters.ts';

/** Of a small mixture: a few components of a few numbers, and no waiting. */
export const mixtureParameters: GmmParameters = {
  components: 2,
  fitTo: 'train',
  covariance: 'full',
  regularization: 0.1,
  standardize: true,
  tolerance: 1e-3,
  maximumIterations: 50,
  start: 'k-means',
  starts: 1,
  percentile: 5,
  memory: 64,
  seed: 3,
};
