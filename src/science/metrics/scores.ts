/**
 * What every metric of this folder asks of its numbers: two classes, neither empty, no NaN. Infinities are
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
  checkNumbers('score', scores, ` of the ${name} class`);
}

/** Fails with METRIC_SCORE_NAN, which names the first that is not a number: `what` AT`whose`. */
export function checkNumbers(what: string, numbers: ArrayLike<number>, whose = ''): void {
  for (let at = 0; at < numbers.length; at++)
    if (Number.isNaN(numbers[at]))
      throw new FailureError({
        code: 'METRIC_SCORE_NAN',
        message: `${what} ${at}${whose} is not a number`,
        remedy: 'look for non-finite features in the stage that made the scores',
      });
}
