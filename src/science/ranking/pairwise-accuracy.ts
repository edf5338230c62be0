/** How well scores put things in the order of known values. */
import { checkNumbers } from '../metrics/scores.ts';

/** Values whose logarithms differ by this or less are tied: nominal values written in two ways. */
const tieWidth = 1e-3;

export interface PairwiseAccuracy {
  /** Share of the pairs whose scores are in the order of their values; NaN when there is no pair. */
  readonly share: number;
  /** Pairs that are not tied. */
  readonly pairs: number;
}

/** Over all pairs with different positive `values`. Equal scores are no order. O(N^2). Fails with METRIC_SCORE_NAN. */
export function pairwiseAccuracy(scores: ArrayLike<number>, values: ArrayLike<number>): PairwiseAccuracy {
  const logarithms = Float64Array.from(values, Math.log);
  checkNumbers('score', scores);
  checkNumbers('logarithm of the value', logarithms);
  let pairs = 0;
  let right = 0;
  for (let x = 0; x < logarithms.length; x++)
    for (let y = 0; y < x; y++) {
      const difference = (logarithms[x] as number) - (logarithms[y] as number);
      if (Math.abs(difference) <= tieWidth) continue;
      pairs++;
      if (difference * ((scores[x] as number) - (scores[y] as number)) > 0) right++;
    }
  return { share: right / pairs, pairs };
}
