/**
 * A trained network as an ONNX model for anyone: input `image` (N, C, S, S), N open; the parameters inside under
 * their own names; the network's outputs under theirs.
 */
import { imageName, parameterName } from './description.ts';
import type { Layout } from './layout.ts';
import { GraphBuilder, type Value } from '../onnx/graph.ts';
import { operatorOf } from './operators/all.ts';
import type { Parameters } from './parameters.ts';

export function inferenceGraph(
  layout: Layout,
  { weights, statistics }: Parameters,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { network, size } = layout;
  const graph = new GraphBuilder();
  const values = new Map<string, Value>([
    [imageName, graph.input(imageName, ['N', network.channels, size, size])],
  ]);
  for (const { parameters, views } of [weights, statistics])
    for (const [index, { name, shape }] of parameters.entries())
      graph.initializer(name, shape, views[index] as Float32Array);

  for (const { layer, from, inputShapes, outputShape } of layout.layers) {
    graph.scope = layer.name;
    const { output } = operatorOf(layer).forward({
      graph,
      layer,
      inputs: from.map((name) => values.get(name) as Value),
      inputShapes,
      outputShape,
      mode: { kind: 'inference' },
      parameter: (name) => parameterName(layer, name),
    });
    values.set(layer.name, output);
  }
  for (const { name, shape } of layout.outputs)
    graph.output(name, values.get(name) as Value, ['N', ...shape]);
  return graph.model(network.name, metadata);
}
