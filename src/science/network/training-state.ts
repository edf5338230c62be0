/** What training changes from step to step, and what a trainer promises. */
import type { Backend } from '../onnx/backend.ts';
import type { Tensors } from '../onnx/session.ts';
import type { Layout } from './layout.ts';
import type { Moments, Optimizer, Rate } from './optimizer.ts';
import { initialParameters, type Parameters } from './parameters.ts';
import type { Objective } from './training-graph.ts';

export interface TrainerOptions {
  readonly layout: Layout;
  readonly batch: number;
  /** Images that go through the network at a time; all of the batch where absent. See `openGradients`. */
  readonly microBatch?: number | null | undefined;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Of the initial parameters. */
  readonly seed: number;
  readonly cpus: number;
  /** `cpu` where absent. */
  readonly backend?: Backend | undefined;
}

/** Everything that changes from step to step. */
export interface TrainingState {
  readonly parameters: Parameters;
  readonly moments: Moments;
  /** Steps taken. */
  step: number;
}

export interface Trainer {
  /** May be changed before the first step: weights from a file, a checkpoint. Its arrays are up to date after `fetchState`. */
  readonly state: TrainingState;
  /** One step on `images` (N, C, S, S) and the objective's own inputs. Returns the objective's scalar outputs, the loss parts. */
  step(images: Float32Array, labels: Tensors, rate: Rate): Promise<Readonly<Record<string, number>>>;
  /** Brings the arrays of `state` up to date with what lies on the device. */
  fetchState(): Promise<void>;
  close(): Promise<void>;
}

export function initialState(layout: Layout, seed: number): TrainingState {
  const parameters = initialParameters(layout, seed);
  const { length } = parameters.weights.data;
  return {
    parameters,
    moments: { first: new Float32Array(length), second: new Float32Array(length) },
    step: 0,
  };
}
