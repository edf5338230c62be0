/** Average precision: the area under the precision-recall steps, without interpolation. */
import { checkScores } from './scores.ts';

/**
 * `counted`: every score has weight one. `balanced`: both classes have the same total weight, so that the value
 * does not depend on how many images of each there happen to be (a random ranking gives 0.5).
 */
export type ClassWeights = 'counted' | 'balanced';

/**
 * AP = sum over the distinct scores, from the highest, of (recall gained) x (precision at that score), as
 * scikit-learn's `average_precision_score` defines it; equal scores form one step. In [0, 1].
 * Fails with METRIC_CLASS_EMPTY, METRIC_SCORE_NAN.
 */
export function averagePrecision(
  positive: Float64Array,
  negative: Float64Array,
  weights: ClassWeights = 'counted',
): number {
  checkScores('positive', positive);
  checkScores('negative', negative);
  const negativeWeight = weights === 'balanced' ? positive.length / negative.length : 1;
  const positives = positive.toSorted();
  const negatives = negative.toSorted();
  let p = positives.length; // positives[p..] score at least the present one
  let n = negatives.length;
  let sum = 0;
  while (p > 0) {
    const score = positives[p - 1] as number;
    const before = p;
    while (p > 0 && (positives[p - 1] as number) >= score) p--;
    while (n > 0 && (negatives[n - 1] as number) >= score) n--;
    const truePositives = positives.length - p;
    const falsePositives = (negatives.length - n) * negativeWeight;
    sum += ((before - p) * truePositives) / (truePositives + falsePositives);
  }
  return sum / positives.length;
}
