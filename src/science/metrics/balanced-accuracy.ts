/** Accuracy at a fixed threshold. */
import { checkNumbers, checkScores } from './scores.ts';

/**
 * The mean of two rates: positives at or above the threshold, negatives below it. In [0, 1]; equal to the plain
 * accuracy when both classes have the same number, as in the paper's evaluation, and not swayed by it otherwise.
 * Fails with METRIC_CLASS_EMPTY, METRIC_SCORE_NAN.
 */
export function balancedAccuracy(positive: Float64Array, negative: Float64Array, threshold: number): number {
  checkScores('negative', negative);
  return (1 - falseAlarmRate(positive, threshold) + shareBelow(negative, threshold)) / 2;
}

/** The share of positives (real faces) below the threshold: those wrongly flagged. In [0, 1]. */
export function falseAlarmRate(positive: Float64Array, threshold: number): number {
  checkScores('positive', positive);
  return shareBelow(positive, threshold);
}

function shareBelow(scores: Float64Array, threshold: number): number {
  checkNumbers('threshold', [threshold]);
  let below = 0;
  for (const score of scores) if (score < threshold) below++;
  return below / scores.length;
}
