/**
 * What the backward pass reads of the forward pass, where memory counts: a value is kept only if it cannot be made again
 * cheaply from what is kept anyway, and what is made again is made when the backward pass has come to it.
 *
 * Of convolution, normalisation and rectifier the convolution is kept, and not even that where it widens an image by a
 * kernel of one pixel. Of a residual block of ResNet-50 that is half of what its layers give.
 */
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import { imageName } from './description.ts';
import type { Layout } from './layout.ts';
import type { Forward, Shape } from './operators/operator.ts';

/** A layer's output as the backward pass has it, when the gradient that asks for it is there. */
export type Recall = (layer: string, gradient: Value) => Value;

export function recalling(
  graph: GraphBuilder,
  { network, size, layers }: Layout,
  steps: readonly Forward[],
  batch: number,
  kept: (layer: string) => Value,
): Recall {
  const shapes = new Map<string, Shape>([[imageName, [network.channels, size, size]]]);
  const read = new Set<string>();
  /** How a layer is made again, and from which. */
  const remade = new Map<string, Pick<Forward, 'again'> & { readonly from: readonly string[] }>();
  for (const [index, { layer, from, outputShape }] of layers.entries()) {
    shapes.set(layer.name, outputShape);
    const { again, readsInputs } = steps[index] as Forward;
    if (readsInputs) for (const name of from) read.add(name);
    if (again !== undefined) remade.set(layer.name, { again, from });
  }
  for (const [name, { from }] of remade)
    if (!from.every((source) => remade.has(source) || read.has(source))) remade.delete(name);

  const recalled = new Map<string, Value>();
  const recall: Recall = (name, gradient) => {
    const known = recalled.get(name);
    if (known !== undefined) return known;
    const { again, from = [] } = remade.get(name) ?? {};
    const value =
      again?.(from.map((source) => recall(source, gradient))) ??
      graph.after(kept(name), [batch, ...(shapes.get(name) as Shape)], gradient);
    recalled.set(name, value);
    return value;
  };
  return recall;
}
