/** How well a threshold and a ranking of log-likelihoods tell generated faces from real ones, by generator. */
import { FailureError } from '../../failure.ts';
import { areaUnderRoc } from './area-under-roc.ts';
import { averagePrecision } from './average-precision.ts';
import { balancedAccuracy, falseAlarmRate } from './balanced-accuracy.ts';

/** Fractions in [0, 1]. */
interface DetectionMetrics {
  /** Mean of the rates at which real faces lie at or above the threshold and generated ones below it. */
  readonly acc: number;
  /** Average precision with real faces as the positive class, both classes weighing the same. */
  readonly ap: number;
  /** Area under the ROC with real faces as the positive class. */
  readonly auc: number;
}

interface GeneratorResult extends DetectionMetrics {
  readonly name: string;
  /** Images of the generator. */
  readonly count: number;
}

export interface Evaluation {
  readonly threshold: number;
  /** Real faces. */
  readonly realCount: number;
  /** Share of the real faces below the threshold. */
  readonly falseAlarmRate: number;
  readonly generators: readonly GeneratorResult[];
  /** Over the generators, each counting the same. */
  readonly mean: DetectionMetrics;
}

/**
 * Scores are log-likelihoods (high is photographic). `all`: all real faces stand against each generator, and where the
 * numbers differ both classes weigh the same in Acc and AP (AUC does not depend on the numbers). `as-many`, as the authors
 * do: the first of the real faces, as many as the generator has images.
 * Fails with METRIC_CLASS_EMPTY, METRIC_SCORE_NAN, METRIC_GENERATORS_NONE.
 */
export function evaluateDetection(
  real: Float64Array,
  generated: readonly { readonly name: string; readonly scores: Float64Array }[],
  threshold: number,
  reals: 'all' | 'as-many' = 'all',
): Evaluation {
  if (generated.length === 0)
    throw new FailureError({
      code: 'METRIC_GENERATORS_NONE',
      message: 'there is no generator to be told from real faces; at least one is needed',
      remedy: 'check that the folder of generated images holds a folder for each generator',
    });
  const generators = generated.map(({ name, scores }) => {
    const against = reals === 'all' ? real : real.subarray(0, scores.length);
    return {
      name,
      acc: balancedAccuracy(against, scores, threshold),
      ap: averagePrecision(against, scores, 'balanced'),
      auc: areaUnderRoc(against, scores),
      count: scores.length,
    };
  });
  const mean = (metric: keyof DetectionMetrics): number =>
    generators.reduce((sum, result) => sum + result[metric], 0) / generators.length;
  return {
    threshold,
    realCount: real.length,
    falseAlarmRate: falseAlarmRate(real, threshold),
    generators,
    mean: { acc: mean('acc'), ap: mean('ap'), auc: mean('auc') },
  };
}
