/**
 * What every metric of this folder asks of its scores: two classes, neither empty, no NaN. Infinities are
 * allowed, since a metric of ranks only compares.
 */
import { FailureError } from '../../failure.ts';

export type ClassName = 'positive' | 'negative';

/** Fails with METRIC_CLASS_EMPTY or METRIC_SCORE_NAN (which names the class and the position). */
export function checkScores(name: ClassName, scores: Float64Array): void {
  if (scores.length === 0)
    throw new FailureError({
      code: 'METRIC_CLASS_EMPTY',
      message: `there are no scores of the ${name} class; a metric of two classes needs at least one of each`,
      remedy: 'check that the folder these scores come from holds readable images',
    });
  const at = scores.findIndex(Number.isNaN);
  if (at >= 0)
    throw new FailureError({
      code: 'METRIC_SCORE_NAN',
      message: `score ${at} of the ${name} class is not a number`,
      remedy: 'look for non-finite features in the stage that made the scores',
    });
}
