/**
 * The gradients of a loss over a batch that is too large to go through the network at once, while the loss compares
 * every image with every other.
 *
 * In two passes: all micro-batches go forward and only the network's outputs are kept; the loss and its gradient with
 * respect to those outputs are computed over the whole batch; then each micro-batch goes forward again and backward
 * from its rows of that gradient, and the gradients are added in order. The result is that of the whole batch but for
 * batch normalisation, which sees the mean and variance of a micro-batch, as on several GPUs. The batch's statistics
 * are the means of those of its micro-batches.
 */
import { imageName } from './description.ts';
import { scalars, tensors, valuesOf, type GradientOptions, type Gradients } from './gradient-source.ts';
import { sizeOf } from './layout.ts';
import { GraphBuilder, type Value } from '../onnx/graph.ts';
import { dialectOf } from '../onnx/dialect.ts';
import { floatTensor, openSession, type Session, type Tensors } from '../onnx/session.ts';
import { block } from './parameters.ts';
import { batchName, gradientName, trainingGraph, type Objective } from './training-graph.ts';

export const outputName = (layer: string): string => `output/${layer}`;

/** `microBatch` divides `batch`. Close it. */
export async function openAccumulation(
  options: GradientOptions & { readonly microBatch: number },
): Promise<Gradients> {
  const { layout, weights, batch, microBatch, objective, cpus, backend } = options;
  const dialect = dialectOf(backend);
  const sessions: Session[] = [];
  const open = async (graph: Uint8Array): Promise<Session> => {
    const session = await openSession(graph, { cpus, backend });
    sessions.push(session);
    return session;
  };
  const close = async (): Promise<void> => {
    for (const session of sessions) await session.close();
  };
  try {
    const whole = objectiveGraph(layout.outputs, batch, objective);
    const forward = await open(trainingGraph(layout, microBatch, keepOutputs(layout.outputs), dialect));
    const loss = await open(whole.model);
    const pulled = layout.outputs.filter(({ name }) => whole.pulled.includes(name));
    const backward = await open(trainingGraph(layout, microBatch, pullFrom(pulled), dialect));

    const gradients = block(layout, 'weight');
    const batchStatistics = block(layout, 'statistic');
    const part = { gradients: block(layout, 'weight'), statistics: block(layout, 'statistic') };
    const partFetches = {
      ...tensors(part.gradients, gradientName),
      ...tensors(part.statistics, batchName),
    };
    const weightFeeds = tensors(weights, (name) => name);
    const outputs = layout.outputs.map(({ name, shape }) => rows(name, batch, microBatch, shape));
    const pulls = pulled.map(({ name, shape }) => rows(name, batch, microBatch, shape));
    const imageShape = [microBatch, layout.network.channels, layout.size, layout.size];
    const imageLength = sizeOf(imageShape);
    const parts = loss.outputs.map(({ name }) => name).filter((name) => !name.startsWith(gradientName('')));
    const lossFetches = {
      ...scalars(parts),
      ...Object.fromEntries(pulls.map(({ name, all }) => [gradientName(outputName(name)), all])),
    };
    const count = batch / microBatch;

    return {
      gradients,
      batchStatistics,
      async compute(images, labels) {
        const feeds = (index: number): Tensors => ({
          [imageName]: floatTensor(
            images.subarray(index * imageLength, (index + 1) * imageLength),
            imageShape,
          ),
          ...weightFeeds,
        });
        for (let index = 0; index < count; index++)
          await forward.run(
            feeds(index),
            named(outputs, ({ name, parts }) => [outputName(name), parts[index]]),
          );
        await loss.run(
          { ...labels, ...named(outputs, ({ name, all }) => [outputName(name), all]) },
          lossFetches,
        );

        gradients.data.fill(0);
        batchStatistics.data.fill(0);
        for (let index = 0; index < count; index++) {
          const pull = named(pulls, ({ name, parts }) => [gradientName(outputName(name)), parts[index]]);
          await backward.run({ ...feeds(index), ...pull }, partFetches);
          add(gradients.data, part.gradients.data);
          add(batchStatistics.data, part.statistics.data);
        }
        for (let i = 0; i < batchStatistics.data.length; i++)
          batchStatistics.data[i] = (batchStatistics.data[i] as number) / count;
        return valuesOf(lossFetches, parts);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Outputs = GradientOptions['layout']['outputs'];

/** An objective that lets the outputs out and asks for no gradient. */
export const keepOutputs =
  (outputs: Outputs): Objective =>
  ({ graph, batch, outputs: values }) => {
    for (const { name, shape } of outputs)
      graph.output(outputName(name), values[name] as Value, [batch, ...shape]);
    return { gradients: {} };
  };

/** An objective whose gradient is given. */
export const pullFrom =
  (outputs: Outputs): Objective =>
  ({ graph, batch }) => ({
    gradients: Object.fromEntries(
      outputs.map(({ name, shape }) => [
        name,
        graph.input(gradientName(outputName(name)), [batch, ...shape]),
      ]),
    ),
  });

/** The objective alone: from the outputs of the network to the loss and its gradient with respect to them. */
export function objectiveGraph(
  outputs: Outputs,
  batch: number,
  objective: Objective,
): { readonly model: Uint8Array; readonly pulled: readonly string[] } {
  const graph = new GraphBuilder();
  const values = Object.fromEntries(
    outputs.map(({ name, shape }) => [name, graph.input(outputName(name), [batch, ...shape])]),
  );
  const { gradients } = objective({ graph, batch, outputs: values });
  for (const { name, shape } of outputs)
    if (gradients[name] !== undefined)
      graph.output(gradientName(outputName(name)), gradients[name], [batch, ...shape]);
  return { model: graph.model('objective'), pulled: Object.keys(gradients) };
}

/** One array for the batch, a tensor on all of it and one on each micro-batch's rows. */
export function rows(name: string, batch: number, microBatch: number, shape: readonly number[]) {
  const width = microBatch * sizeOf(shape);
  const data = new Float32Array(batch * sizeOf(shape));
  return {
    name,
    all: floatTensor(data, [batch, ...shape]),
    parts: Array.from({ length: batch / microBatch }, (_, index) =>
      floatTensor(data.subarray(index * width, (index + 1) * width), [microBatch, ...shape]),
    ),
  };
}

type Rows = ReturnType<typeof rows>;

export function named(
  items: readonly Rows[],
  entry: (item: Rows) => readonly [string, Tensors[string] | undefined],
): Tensors {
  return Object.fromEntries(items.map(entry)) as Tensors;
}

function add(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}
