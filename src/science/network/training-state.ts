/** What training changes from step to step, and what a trainer promises. */
import type { Tensors } from '../onnx/session.ts';
import type { Moments, Optimizer, Rate } from './optimizer.ts';
import type { GradientOptions, Gradients } from './gradient-source.ts';
import { block, initialParameters, sharedNumbers, type Block, type Parameters } from './parameters.ts';

export interface TrainerOptions extends Omit<GradientOptions, 'weights'> {
  readonly optimizer: Optimizer;
  /** Whether the state has room for the parameters that measured best. */
  readonly keepsBest?: boolean;
  /** Of the initial parameters. */
  readonly seed: number;
  /** What gives the gradients of `weights` in place of a graph of onnxruntime's. */
  readonly openSource?: ((weights: Block) => Promise<Gradients>) | undefined;
}

/** Everything that changes from step to step. */
export interface TrainingState {
  readonly parameters: Parameters;
  readonly moments: Moments;
  /** The parameters that measured best so far, where they are kept. */
  readonly best?: Parameters;
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

export function initialState({
  layout,
  seed,
  keepsBest = false,
}: Pick<TrainerOptions, 'layout' | 'seed' | 'keepsBest'>): TrainingState {
  const parameters = initialParameters(layout, seed);
  const { length } = parameters.weights.data;
  return {
    parameters,
    moments: { first: sharedNumbers(length), second: sharedNumbers(length) },
    ...(keepsBest && { best: { weights: block(layout, 'weight'), statistics: block(layout, 'statistic') } }),
    step: 0,
  };
}
