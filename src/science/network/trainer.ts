/** Takes training steps: has the gradients computed, moves the running statistics, lets the optimiser move the weights. */
import { openGradients } from './gradients.ts';
import { sizeOf, type Layout } from './layout.ts';
import type { Tensors } from '../onnx/session.ts';
import { clip, optimizerStep, stretches, type Moments, type Optimizer, type Rate } from './optimizer.ts';
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
}

/** Everything that changes from step to step. */
export interface TrainingState {
  readonly parameters: Parameters;
  readonly moments: Moments;
  /** Steps taken. */
  step: number;
}

export interface Trainer {
  readonly state: TrainingState;
  /** One step on `images` (N, C, S, S) and the objective's own inputs. Returns the objective's scalar outputs, the loss parts. */
  step(images: Float32Array, labels: Tensors, rate: Rate): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Share of a batch in the running statistics: PyTorch's momentum. */
const momentum = 0.1;

/** Close it. */
export async function openTrainer(options: TrainerOptions): Promise<Trainer> {
  const { layout, optimizer, seed } = options;
  const state = initialState(layout, seed);
  const { weights, statistics } = state.parameters;
  const source = await openGradients({ ...options, weights });
  const { gradients, batchStatistics } = source;
  const groups = stretches(weights.parameters, ({ shape }) => sizeOf(shape), optimizer.decay);

  return {
    state,
    async step(images, labels, rate) {
      const loss = await source.compute(images, labels);
      if (typeof optimizer.clipNorm === 'number') clip(gradients.data, optimizer.clipNorm);
      state.step++;
      optimizerStep(weights.data, gradients.data, state.moments, groups, optimizer, rate, state.step);
      follow(statistics.data, batchStatistics.data);
      return loss;
    },
    close: () => source.close(),
  };
}

function initialState(layout: Layout, seed: number): TrainingState {
  const parameters = initialParameters(layout, seed);
  const { length } = parameters.weights.data;
  return {
    parameters,
    moments: { first: new Float32Array(length), second: new Float32Array(length) },
    step: 0,
  };
}

/** running <- running + momentum (batch - running). */
function follow(running: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < running.length; i++)
    running[i] = (1 - momentum) * (running[i] as number) + momentum * (batch[i] as number);
}
