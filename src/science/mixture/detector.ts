/**
 * The anomaly detector of the paper's Section II-B: a mixture of photographic features and the log-likelihood
 * below which an image is flagged as generated.
 */
import { FailureError } from '../../failure.ts';
import type { FeatureSet } from '../datasets/feature-set.ts';
import type { EngineSettings } from './engine.ts';
import { scoreRows } from './engines.ts';
import type { Mixture } from './mixture.ts';
import { checkFiniteRows, rowsInMemory } from './rows.ts';
import type { Standardisation } from './standardisation.ts';

export interface AnomalyDetector {
  readonly mixture: Mixture;
  /** Of the training features; the mixture's log-likelihoods are densities of standardised features. */
  readonly standardisation: Standardisation | undefined;
  /** A log-likelihood; what lies below is an anomaly. */
  readonly threshold: number;
}

/** For the rows that are scored at a time, in bytes. */
const scoringMemory = 2 ** 27;

/**
 * The log-likelihood of every image (N); high is photographic.
 * Fails with FEATURES_WIDTH when the mixture was fitted to features of another width, or FEATURES_NOT_FINITE.
 */
export async function scoreFeatures(
  detector: AnomalyDetector,
  features: FeatureSet,
  { cpus, signal }: Pick<EngineSettings, 'cpus' | 'signal'>,
): Promise<Float64Array> {
  const { width } = detector.mixture;
  if (features.width !== width)
    throw new FailureError({
      code: 'FEATURES_WIDTH',
      message: `the ${features.name} features have ${features.width} columns, the mixture was fitted to ${width}`,
      place: features.name,
      remedy: 'use features of the same model, or statistics, for both',
    });
  await checkFiniteRows(rowsInMemory(features.data, width), features.name, features.ids);
  const rows = rowsInMemory(features.data, width, detector.standardisation);
  return scoreRows(detector.mixture, rows, { cpus, signal, memory: scoringMemory });
}
