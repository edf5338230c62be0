/**
 * A batch's gradients on a device: the weights are there, the gradients stay there, the loss parts alone come back.
 * With micro-batches the network's outputs come back too, for the loss over all of them, and the gradients are added
 * where they are. What `gradients.ts` says of micro-batches holds here.
 */
import { keepOutputs, named, objectiveGraph, outputName, pullFrom, rows } from './passes.ts';
import { imageName } from './description.ts';
import { formOn } from './form.ts';
import { scalars, valuesOf, type GradientOptions } from './gradient-source.ts';
import { checkedMicroBatch } from './gradients.ts';
import { sizeOf, type Layout } from './layout.ts';
import { GraphBuilder } from '../onnx/graph.ts';
import {
  disposeAll,
  floatTensor,
  openSession,
  pick,
  renamed,
  type Session,
  type Tensors,
} from '../onnx/session.ts';
import { batchName, gradientName, trainingGraph } from './training-graph.ts';

export interface DeviceGradients {
  /** `weights` by name, on the device. The gradients and the batch's statistics are the caller's to dispose of. */
  compute(images: Float32Array, labels: Tensors, weights: Tensors): Promise<DeviceResult>;
  close(): Promise<void>;
}

interface DeviceResult {
  readonly loss: Readonly<Record<string, number>>;
  /** By their names in the training graph. */
  readonly gradients: Tensors;
}

/** Throws MICRO_BATCH. Close it. */
export async function openDeviceGradients(
  options: Omit<GradientOptions, 'weights'>,
): Promise<DeviceGradients> {
  const microBatch = checkedMicroBatch(options);
  const sessions: Session[] = [];
  const open: Open = async (graph, staying) => {
    const { cpus, backend } = options;
    const session = await openSession(graph, {
      cpus,
      backend: staying === undefined ? 'cpu' : backend,
      staying,
    });
    sessions.push(session);
    return session;
  };
  const close = async (): Promise<void> => {
    for (const session of sessions) await session.close();
  };
  try {
    const compute =
      microBatch === options.batch
        ? await openWhole(options, open)
        : await openParts({ ...options, microBatch }, open);
    return { compute, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without `staying` the graph runs on the processor. */
type Open = (graph: Uint8Array, staying?: readonly string[]) => Promise<Session>;
type Options = Omit<GradientOptions, 'weights'>;

/** What of a step stays: the gradient of every weight, the batch's own value of every statistic. */
const stayingNames = ({ parameters }: Layout): string[] =>
  parameters.map(({ name, role }) => (role === 'weight' ? gradientName(name) : batchName(name)));

async function openWhole(
  { layout, batch, objective, backend }: Options,
  open: Open,
): Promise<DeviceGradients['compute']> {
  const graph = trainingGraph(layout, batch, objective, await formOn(backend));
  const staying = stayingNames(layout);
  const session = await open(graph, staying);
  const parts = session.outputs.map(({ name }) => name).filter((name) => !staying.includes(name));
  const imageShape = [batch, layout.network.channels, layout.size, layout.size];
  return async (images, labels, weights) => {
    const results = await session.run({
      [imageName]: floatTensor(images, imageShape),
      ...labels,
      ...weights,
    });
    return { loss: valuesOf(results, parts), gradients: pick(results, staying) };
  };
}

async function openParts(
  { layout, batch, microBatch, objective, backend }: Options & { readonly microBatch: number },
  open: Open,
): Promise<DeviceGradients['compute']> {
  const form = await formOn(backend);
  const staying = stayingNames(layout);
  const count = batch / microBatch;
  const whole = objectiveGraph(layout.outputs, batch, objective);
  const pulled = layout.outputs.filter(({ name }) => whole.pulled.includes(name));
  const forward = await open(trainingGraph(layout, microBatch, keepOutputs(layout.outputs), form), []);
  const loss = await open(whole.model);
  const backward = await open(trainingGraph(layout, microBatch, pullFrom(pulled), form), staying);
  const adder = await open(addingGraph(layout, 1 / count), staying.map(sumName));

  const outputs = layout.outputs.map(({ name, shape }) => rows(name, batch, microBatch, shape));
  const pulls = pulled.map(({ name, shape }) => rows(name, batch, microBatch, shape));
  const parts = loss.outputs.map(({ name }) => name).filter((name) => !name.startsWith(gradientName('')));
  const lossFetches = {
    ...scalars(parts),
    ...named(pulls, ({ name, all }) => [gradientName(outputName(name)), all]),
  };
  const imageShape = [microBatch, layout.network.channels, layout.size, layout.size];
  const imageLength = sizeOf(imageShape);
  const imagesOf = (images: Float32Array, index: number): Tensors => ({
    [imageName]: floatTensor(images.subarray(index * imageLength, (index + 1) * imageLength), imageShape),
  });

  return async (images, labels, weights) => {
    for (let index = 0; index < count; index++)
      await forward.run(
        { ...imagesOf(images, index), ...weights },
        named(outputs, ({ name, parts }) => [outputName(name), parts[index]]),
      );
    await loss.run({ ...labels, ...named(outputs, ({ name, all }) => [outputName(name), all]) }, lossFetches);
    let total = zeros(layout);
    for (let index = 0; index < count; index++) {
      const pull = named(pulls, ({ name, parts }) => [gradientName(outputName(name)), parts[index]]);
      const part = await backward.run({ ...imagesOf(images, index), ...weights, ...pull });
      const before = renamed(total, totalName);
      const sums = await adder.run({ ...part, ...before });
      disposeAll(part);
      disposeAll(before);
      total = Object.fromEntries(staying.map((name) => [name, sums[sumName(name)] as Tensors[string]]));
    }
    return { loss: valuesOf(lossFetches, parts), gradients: total };
  };
}

const totalName = (name: string): string => `total/${name}`;
const sumName = (name: string): string => `sum/${name}`;

/** Adds a micro-batch's gradients to those before it, and its share of the statistics' mean. */
function addingGraph(layout: Layout, share: number): Uint8Array {
  const graph = new GraphBuilder();
  const names = stayingNames(layout);
  layout.parameters.forEach(({ shape, role }, index) => {
    const name = names[index] as string;
    const part = graph.input(name, shape);
    const added = role === 'weight' ? part : graph.node('Mul', [part, graph.float(share)]);
    graph.output(sumName(name), graph.node('Add', [graph.input(totalName(name), shape), added]), shape);
  });
  return graph.model('adding');
}

function zeros(layout: Layout): Tensors {
  const names = stayingNames(layout);
  return Object.fromEntries(
    layout.parameters.map(({ shape }, index) => [
      names[index],
      floatTensor(new Float32Array(sizeOf(shape)), shape),
    ]),
  );
}
