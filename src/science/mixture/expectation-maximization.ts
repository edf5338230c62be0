/**
 * Expectation and maximisation for a Gaussian mixture, in the domain of logarithms, as scikit-learn does it:
 * counts get 10 eps, the covariances a constant on the diagonal, the change of the mean log-likelihood ends the
 * loop, and a last expectation makes labels and parameters agree.
 */
import { setImmediate } from 'node:timers/promises';
import type { CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { openEngine } from './engines.ts';
import type { FitState } from './fit-checkpoint.ts';
import type { Mixture } from './mixture.ts';
import type { FeatureRows } from './rows.ts';

export interface MaximizationSettings extends EngineSettings, IterationSettings {
  readonly covariance: CovarianceName;
}

interface IterationSettings {
  /** The loop ends when the lower bound changes by less. */
  readonly tolerance: number;
  readonly maximumIterations: number;
  readonly signal: AbortSignal;
  /** Iterations that were done before; they are not done again. */
  readonly resumeFrom?: FitState | undefined;
  progress?(iteration: number, lowerBound: number): void;
  /** After each iteration. */
  save?(state: FitState): Promise<void>;
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
  settings: IterationSettings,
): Promise<MaximizedMixture> {
  const { tolerance, maximumIterations, signal } = settings;
  const labels = settings.resumeFrom?.labels ?? start.slice();
  const lowerBounds = [...(settings.resumeFrom?.lowerBounds ?? [])];
  let mixture = settings.resumeFrom?.mixture ?? (await engine.fromLabels(labels));
  while (!hasConverged(lowerBounds, tolerance) && lowerBounds.length < maximumIterations) {
    await setImmediate(); // lets an interruption through
    signal.throwIfAborted();
    const iteration = await engine.iterate(mixture, labels);
    mixture = iteration.mixture;
    lowerBounds.push(mean(iteration.logLikelihoods));
    settings.progress?.(lowerBounds.length, lowerBounds.at(-1) as number);
    await settings.save?.({ mixture, labels, lowerBounds });
  }
  const logLikelihoods = await engine.expect(mixture, labels);
  return { mixture, logLikelihoods, labels, lowerBounds, converged: hasConverged(lowerBounds, tolerance) };
}

function hasConverged(lowerBounds: readonly number[], tolerance: number): boolean {
  const [before = -Infinity, last = Infinity] = lowerBounds.slice(-2);
  return lowerBounds.length > 1 && Math.abs(last - before) < tolerance;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
