/** Where a log-likelihood becomes an anomaly. */
import { FailureError } from '../../failure.ts';
import { checkNumbers } from '../metrics/scores.ts';

/**
 * The value below which `percentile` per cent of the training log-likelihoods lie: the one at position
 * floor(n percentile / 100) in ascending order, as the authors' program takes it (no interpolation).
 * What lies below it is flagged as generated. Fails with METRIC_SCORE_NAN, THRESHOLD_PERCENTILE, THRESHOLD_ROWS.
 */
export function thresholdAt(logLikelihoods: Float64Array, percentile: number): number {
  if (!(percentile >= 0 && percentile <= 100))
    throw new FailureError({
      code: 'THRESHOLD_PERCENTILE',
      message: `the percentile is ${percentile}, expected 0 to 100`,
      remedy: 'set gmm.percentile to a share in per cent, such as 5',
    });
  if (logLikelihoods.length === 0)
    throw new FailureError({
      code: 'THRESHOLD_ROWS',
      message: 'there are no log-likelihoods to take a threshold from',
    });
  checkNumbers('log-likelihood', logLikelihoods);
  const position = Math.floor((logLikelihoods.length * percentile) / 100);
  return logLikelihoods.toSorted()[Math.min(position, logLikelihoods.length - 1)] as number;
}
