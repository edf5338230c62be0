/**
 * Training steps on a device. Weights, moments, running statistics and gradients stay there; a step sends pictures and
 * labels and gets the loss parts. The arrays of the state are where they come from before the first step, and where
 * `fetchState` brings them.
 */
import { GraphBuilder } from '../onnx/graph.ts';
import { disposeAll, openSession, pick, renamed, type Session, type Tensors } from '../onnx/session.ts';
import { openDeviceGradients } from './device-gradients.ts';
import { tensors } from './gradient-source.ts';
import type { Layout } from './layout.ts';
import { block } from './parameters.ts';
import { initialState, type Trainer, type TrainerOptions, type TrainingState } from './training-state.ts';
import {
  firstMomentName,
  secondMomentName,
  updatedName,
  updateGraph,
  updateScalars,
} from './update-graph.ts';

/** Throws BACKEND_ABSENT, MICRO_BATCH. Close it. */
export async function openDeviceTrainer(options: TrainerOptions): Promise<Trainer> {
  const { layout, optimizer, cpus, backend } = options;
  const state = initialState(options);
  const arrays = arraysOf(layout, state);
  const names = Object.keys(arrays);
  const weights = state.parameters.weights.parameters.map(({ name }) => name);
  const open = (graph: Uint8Array, staying: readonly string[]): Promise<Session> =>
    openSession(graph, { cpus, backend, staying });

  const source = await openDeviceGradients(options);
  const update = await open(updateGraph(layout.parameters, optimizer), names.map(updatedName));
  const fetching = await open(copyingGraph(arrays), []);
  /** On the device once the first step is taken. */
  let current: Tensors = arrays;

  return {
    state,
    async step(images, labels, rate) {
      const { loss, gradients } = await source.compute(images, labels, pick(current, weights));
      state.step++;
      const scalars = updateScalars(optimizer, rate, state.step);
      const updated = await update.run({ ...current, ...gradients, ...scalars });
      disposeAll(gradients);
      disposeAll(current);
      current = Object.fromEntries(
        names.map((name) => [name, updated[updatedName(name)] as Tensors[string]]),
      );
      return loss;
    },
    async fetchState() {
      if (current !== arrays) await fetching.run(current, renamed(arrays, copiedName));
    },
    async close() {
      disposeAll(current);
      for (const session of [source, update, fetching]) await session.close();
    },
  };
}

/** Tensors on the arrays of the state, by the names of the update's inputs. */
function arraysOf(layout: Layout, { parameters, moments }: TrainingState): Tensors {
  return {
    ...tensors(parameters.weights, (name) => name),
    ...tensors(parameters.statistics, (name) => name),
    ...tensors(block(layout, 'weight', moments.first), firstMomentName),
    ...tensors(block(layout, 'weight', moments.second), secondMomentName),
  };
}

const copiedName = (name: string): string => `copied/${name}`;

/** Every input as an output, to bring it from the device: onnxruntime gives no other way. */
function copyingGraph(arrays: Tensors): Uint8Array {
  const graph = new GraphBuilder();
  for (const [name, { dims }] of Object.entries(arrays))
    graph.output(copiedName(name), graph.input(name, dims), dims);
  return graph.model('copying');
}
