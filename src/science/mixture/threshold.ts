/** Where a log-likelihood becomes an anomaly. */

/**
 * The value below which `percentile` per cent of the training log-likelihoods lie: the one at position
 * floor(n percentile / 100) in ascending order, as the authors' program takes it (no interpolation).
 * What lies below it is flagged as generated.
 */
export function thresholdAt(logLikelihoods: Float64Array, percentile: number): number {
  const position = Math.floor((logLikelihoods.length * percentile) / 100);
  return logLikelihoods.toSorted()[Math.min(position, logLikelihoods.length - 1)] as number;
}
