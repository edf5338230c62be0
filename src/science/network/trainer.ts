/** Takes training steps: runs the training graph, moves the running statistics, lets the optimiser move the weights. */
import { imageName } from './description.ts';
import type { Layout } from './layout.ts';
import { floatTensor, openSession, type Tensors } from './onnx/session.ts';
import { adamwStep, type AdamW, type Moments, type Rate } from './optimizer.ts';
import { block, initialParameters, type Block, type Parameters } from './parameters.ts';
import { batchName, gradientName, trainingGraph, type Objective } from './training-graph.ts';

export interface TrainerOptions {
  readonly layout: Layout;
  readonly batch: number;
  readonly objective: Objective;
  readonly optimizer: AdamW;
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
  const { layout, batch, objective, optimizer, seed, cpus } = options;
  const session = await openSession(trainingGraph(layout, batch, objective), { cpus });
  const state = initialState(layout, seed);
  const { weights, statistics } = state.parameters;
  const gradients = block(layout, 'weight');
  const batchStatistics = block(layout, 'statistic');
  const imageShape = [batch, layout.network.channels, layout.size, layout.size];
  const weightFeeds = tensors(weights, (name) => name);
  const results = {
    ...tensors(gradients, gradientName),
    ...tensors(batchStatistics, batchName),
  };
  const parts = session.outputs.map(({ name }) => name).filter((name) => !(name in results));
  const fetches: Tensors = {
    ...results,
    ...Object.fromEntries(parts.map((name) => [name, floatTensor(new Float32Array(1), [])])),
  };

  return {
    state,
    async step(images, labels, rate) {
      await session.run({ [imageName]: floatTensor(images, imageShape), ...labels, ...weightFeeds }, fetches);
      state.step++;
      adamwStep(weights.data, gradients.data, state.moments, optimizer, rate, state.step);
      follow(statistics.data, batchStatistics.data);
      return Object.fromEntries(parts.map((name) => [name, fetches[name]?.data[0] as number]));
    },
    close: () => session.close(),
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

/** Tensors on the parts of a block, without copies. */
function tensors({ parameters, views }: Block, rename: (name: string) => string): Tensors {
  return Object.fromEntries(
    parameters.map(({ name, shape }, index) => [
      rename(name),
      floatTensor(views[index] as Float32Array, shape),
    ]),
  );
}

/** running <- running + momentum (batch - running). */
function follow(running: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < running.length; i++)
    running[i] = (1 - momentum) * (running[i] as number) + momentum * (batch[i] as number);
}
