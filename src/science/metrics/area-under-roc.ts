/** The area under the receiver operating characteristic, by ranks. */
import { checkScores } from './scores.ts';

/**
 * The probability that a positive scores higher than a negative, both drawn at random; a tie counts one half
 * (Mann-Whitney U / (P N)). In [0, 1], whatever the sizes of the classes. Sorts copies: O((P + N) log(P + N)).
 * For detection by likelihood the real faces are the positive class.
 * Fails with METRIC_CLASS_EMPTY, METRIC_SCORE_NAN.
 */
export function areaUnderRoc(positive: Float64Array, negative: Float64Array): number {
  checkScores('positive', positive);
  checkScores('negative', negative);
  const ascending = negative.toSorted();
  let below = 0; // negatives less than the present positive
  let upTo = 0; // negatives less than or equal to it
  let wins = 0; // in halves, so that the sum is an exact integer
  for (const score of positive.toSorted()) {
    while (below < ascending.length && (ascending[below] as number) < score) below++;
    while (upTo < ascending.length && (ascending[upTo] as number) <= score) upTo++;
    wins += below + upTo;
  }
  return wins / 2 / (positive.length * negative.length);
}
