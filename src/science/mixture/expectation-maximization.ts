/**
 * Expectation and maximisation for a Gaussian mixture, in the domain of logarithms, as scikit-learn does it:
 * counts get 10 eps, the covariances a constant on the diagonal, the change of the mean log-likelihood ends the
 * loop, and a last expectation makes labels and parameters agree.
 */
import { setImmediate } from 'node:timers/promises';
import type { CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { openEngine } from './engines.ts';
import type { Mixture } from './mixture.ts';
import type { FeatureRows } from './rows.ts';

export interface MaximizationSettings extends EngineSettings {
  readonly covariance: CovarianceName;
  /** The loop ends when the lower bound changes by less. */
  readonly tolerance: number;
  readonly maximumIterations: number;
  progress?(iteration: number, lowerBound: number): void;
}

export interface MaximizedMixture {
  readonly mixture: Mixture;
  /** ln p(x) of every row under the final parameters (N). */
  readonly logLikelihoods: Float64Array;
  /** The component with the greatest responsibility for each row (N). */
  readonly labels: Int32Array;
  /** Mean log-likelihood at each iteration, before its maximisation; the last is the one to compare starts by. */
  readonly lowerBounds: readonly number[];
  readonly converged: boolean;
}

/**
 * Fits from a first assignment of rows to components: `labels` (N), -1 for a row that belongs to none.
 * Fails with COVARIANCE_SINGULAR, which names the component.
 */
export async function maximizeExpectation(
  rows: FeatureRows,
  start: Int32Array,
  settings: MaximizationSettings,
): Promise<MaximizedMixture> {
  const engine = await openEngine(rows, settings.covariance, settings);
  try {
    return await iterate(engine, start, settings);
  } finally {
    await engine.close();
  }
}

/** `maximizeExpectation` on a given engine. */
export async function iterate(
  engine: Engine,
  start: Int32Array,
  settings: Omit<MaximizationSettings, 'covariance' | keyof EngineSettings> & Pick<EngineSettings, 'signal'>,
): Promise<MaximizedMixture> {
  const labels = start.slice();
  const lowerBounds: number[] = [];
  let mixture = await engine.fromLabels(labels);
  let converged = false;
  while (!converged && lowerBounds.length < settings.maximumIterations) {
    await setImmediate(); // lets an interruption through
    settings.signal.throwIfAborted();
    const iteration = await engine.iterate(mixture, labels);
    mixture = iteration.mixture;
    const lowerBound = mean(iteration.logLikelihoods);
    converged = Math.abs(lowerBound - (lowerBounds.at(-1) ?? -Infinity)) < settings.tolerance;
    lowerBounds.push(lowerBound);
    settings.progress?.(lowerBounds.length, lowerBound);
  }
  const logLikelihoods = await engine.expect(mixture, labels);
  return { mixture, logLikelihoods, labels, lowerBounds, converged };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
