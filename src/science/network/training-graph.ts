/**
 * The whole of a training step but the optimiser as one static ONNX graph, for one network, batch and image size:
 * forward, loss, backward. Parameters are inputs and gradients are outputs, so that they stay where the optimiser
 * has them.
 */
import { imageName, parameterName } from './description.ts';
import type { Layout, PlacedLayer } from './layout.ts';
import { GraphBuilder, type Value } from '../onnx/graph.ts';
import { operatorOf } from './operators/all.ts';
import { recalling, type Recall } from './recalling.ts';
import type { Form, Forward, TrainingMode } from './operators/operator.ts';

/** What is minimised: adds its forward and backward rule, its own inputs (labels) and its own outputs (loss parts). */
export type Objective = (request: {
  readonly graph: GraphBuilder;
  readonly batch: number;
  /** The network's outputs, each (N, F). */
  readonly outputs: Readonly<Record<string, Value>>;
}) => {
  /** The gradient with respect to those outputs that the loss depends on. */
  readonly gradients: Readonly<Record<string, Value>>;
};

export const gradientName = (parameter: string): string => `gradient/${parameter}`;
/** This batch's own value of a statistic. */
export const batchName = (statistic: string): string => `batch/${statistic}`;

/**
 * Inputs: `image` (N, C, S, S), the weights, the objective's. Outputs: the objective's, gradients, batch statistics.
 * What the backward pass reads of the forward pass is kept, or, in a frugal graph, made again where that is cheap:
 * convolutions are kept, their normalisations and rectifiers are not.
 */
export function trainingGraph(
  layout: Layout,
  batch: number,
  objective: Objective,
  form: Form = {},
): Uint8Array {
  const { network, size } = layout;
  const graph = new GraphBuilder(form.dialect);
  const values = new Map<string, Value>([
    [imageName, graph.input(imageName, [batch, network.channels, size, size])],
  ]);
  for (const { name, shape, role } of layout.parameters) if (role === 'weight') graph.input(name, shape);

  const steps = layout.layers.map((placed) => {
    const step = addForward(graph, placed, values, { kind: 'training', batch, form });
    values.set(placed.layer.name, step.output);
    return step;
  });

  graph.scope = 'objective';
  const outputs = Object.fromEntries(layout.outputs.map(({ name }) => [name, values.get(name) as Value]));
  const { gradients } = objective({ graph, batch, outputs });
  const kept = (name: string): Value => values.get(name) as Value;
  const recall = form.isFrugal ? recalling(graph, layout, steps, batch, kept) : kept;
  addBackward(graph, layout.layers, steps, gradients, recall);
  return graph.model(`${network.name} training`);
}

function addForward(
  graph: GraphBuilder,
  placed: PlacedLayer,
  values: ReadonlyMap<string, Value>,
  mode: TrainingMode,
): Forward {
  const { layer, from, inputShapes, outputShape } = placed;
  graph.scope = `${layer.name}/forward`;
  const forward = operatorOf(layer).forward({
    graph,
    layer,
    inputs: from.map((name) => values.get(name) as Value),
    inputShapes,
    outputShape,
    mode,
    parameter: (name) => parameterName(layer, name),
  });
  for (const { name, shape, role } of placed.parameters)
    if (role === 'statistic')
      graph.output(batchName(name), forward.statistics?.[lastPart(name)] as Value, shape);
  return forward;
}

/** From the last layer to the first; where a layer is read by several, their gradients are added. */
function addBackward(
  graph: GraphBuilder,
  layers: readonly PlacedLayer[],
  steps: readonly Forward[],
  start: Readonly<Record<string, Value>>,
  recall: Recall,
): void {
  const learning = layersThatLearn(layers);
  const gradients = new Map<string, Value>(Object.entries(start));
  for (const [index, placed] of [...layers.entries()].toReversed()) {
    const { layer, from } = placed;
    const gradient = gradients.get(layer.name);
    if (gradient === undefined || !learning.has(layer.name)) continue;
    graph.scope = `${layer.name}/backward`;
    const wantsInputs = from.some((name) => learning.has(name));
    const { inputs, weights } = (steps[index] as Forward).backward({
      gradient,
      wantsInputs,
      inputs: () => from.map((name) => recall(name, gradient)),
      output: () => recall(layer.name, gradient),
    });
    for (const [input, value] of inputs.entries()) {
      const name = from[input] as string;
      const known = gradients.get(name);
      gradients.set(name, known === undefined ? value : graph.node('Add', [known, value]));
    }
    for (const { name, shape, role } of placed.parameters)
      if (role === 'weight') graph.output(gradientName(name), weights[lastPart(name)] as Value, shape);
  }
}

/** Layers with weights, or below a layer with weights. */
function layersThatLearn(layers: readonly PlacedLayer[]): ReadonlySet<string> {
  const learning = new Set<string>();
  for (const { layer, from, parameters } of layers)
    if (parameters.some(({ role }) => role === 'weight') || from.some((name) => learning.has(name)))
      learning.add(layer.name);
  return learning;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
