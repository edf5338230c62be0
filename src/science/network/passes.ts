/** What the passes of a batch in parts are made of: graphs that end, or begin, at the outputs of the network. */
import { GraphBuilder, type Value } from '../onnx/graph.ts';
import { floatTensor, type Tensors } from '../onnx/session.ts';
import type { GradientOptions } from './gradient-source.ts';
import { sizeOf } from './layout.ts';
import { gradientName, type Objective } from './training-graph.ts';

export const outputName = (layer: string): string => `output/${layer}`;

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
