/** How expectation and maximisation are computed: the loop over iterations asks one of these and does not know which. */
import type { Mixture } from './mixture.ts';

export interface Engine {
  /** The parameters that maximise the likelihood of rows given to components: `labels` (N), -1 for none. */
  fromLabels(labels: Int32Array): Promise<Mixture>;
  /**
   * One expectation under `mixture` and the maximisation that follows from it. `labels` (N) are those of the last
   * expectation, a hint that changes nothing but the time and the order of the sums; they are replaced.
   */
  iterate(mixture: Mixture, labels: Int32Array): Promise<{ mixture: Mixture; logLikelihoods: Float64Array }>;
  /** ln p(x) of every row (N). Replaces `labels` by the components with the greatest responsibilities. */
  expect(mixture: Mixture, labels: Int32Array): Promise<Float64Array>;
  close(): Promise<void>;
}

export interface EngineSettings {
  readonly components: number;
  /** Added to the diagonal of every covariance. */
  readonly regularization: number;
  /** Threads. They change no result. */
  readonly cpus: number;
  /** Working memory for rows, in bytes. */
  readonly memory: number;
  readonly signal: AbortSignal;
}
