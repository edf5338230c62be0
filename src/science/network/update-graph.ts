/**
 * The optimiser as a graph: Adam's step as `optimizer.ts` takes it, and the running statistics', for a device where
 * weights, moments and gradients stay from step to step. What a schedule changes comes in as scalars, computed in
 * double precision.
 */
import { GraphBuilder, type Value } from '../onnx/graph.ts';
import { floatTensor, type Tensors } from '../onnx/session.ts';
import type { NamedParameter } from './layout.ts';
import { doesDecay, statisticsMomentum, type Optimizer, type Rate } from './optimizer.ts';
import { batchName, gradientName } from './training-graph.ts';

/** Names of a weight's moments, inputs and outputs of the graph; the outputs have `updated/` before them. */
export const firstMomentName = (weight: string): string => `first/${weight}`;
export const secondMomentName = (weight: string): string => `second/${weight}`;
export const updatedName = (value: string): string => `updated/${value}`;

/**
 * Inputs: every weight, its gradient and moments, every running statistic and the batch's own, the scalars of
 * `updateScalars`. Outputs: weights, moments and running statistics after the step.
 */
export function updateGraph(parameters: readonly NamedParameter[], optimizer: Optimizer): Uint8Array {
  const graph = new GraphBuilder();
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, graph.input(name, [])])) as Scalars;
  const weights = parameters.filter(({ role }) => role === 'weight');
  const given = weights.map(({ name, shape }) => graph.input(gradientName(name), shape));
  const gradients =
    typeof optimizer.clipNorm === 'number' ? clipped(graph, given, optimizer.clipNorm) : given;
  weights.forEach((parameter, index) => {
    graph.scope = parameter.name;
    addStep(graph, parameter, gradients[index] as Value, scalars, {
      ...optimizer,
      weightDecay: doesDecay(parameter, optimizer.decay) ? optimizer.weightDecay : 0,
    });
  });
  for (const { name, shape, role } of parameters) {
    if (role !== 'statistic') continue;
    graph.scope = name;
    const kept = graph.node('Mul', [graph.input(name, shape), graph.float(1 - statisticsMomentum)]);
    const added = graph.node('Mul', [graph.input(batchName(name), shape), graph.float(statisticsMomentum)]);
    graph.output(updatedName(name), graph.node('Add', [kept, added]), shape);
  }
  return graph.model('update');
}

const scalarNames = ['beta1', 'oneMinusBeta1', 'decay', 'stepSize', 'secondScale'] as const;
type Scalars = Readonly<Record<(typeof scalarNames)[number], Value>>;

/** What the graph takes for the step with this number, counted from 1. */
export function updateScalars(optimizer: Optimizer, { learningRate, beta1 }: Rate, step: number): Tensors {
  const values: Record<(typeof scalarNames)[number], number> = {
    beta1,
    oneMinusBeta1: 1 - beta1,
    decay: learningRate * optimizer.weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    secondScale: 1 / Math.sqrt(1 - optimizer.beta2 ** step),
  };
  return Object.fromEntries(
    scalarNames.map((name) => [name, floatTensor(Float32Array.of(values[name]), [])]),
  );
}

function addStep(
  graph: GraphBuilder,
  { name, shape }: NamedParameter,
  given: Value,
  { beta1, oneMinusBeta1, decay, stepSize, secondScale }: Scalars,
  optimizer: Optimizer,
): void {
  const { beta2, epsilon, weightDecay } = optimizer;
  const isL2 = optimizer.name === 'adam';
  const times = (a: Value, b: Value): Value => graph.node('Mul', [a, b]);
  const plus = (a: Value, b: Value): Value => graph.node('Add', [a, b]);

  const weight = graph.input(name, shape);
  const gradient = isL2 && weightDecay !== 0 ? plus(given, times(weight, graph.float(weightDecay))) : given;
  const mean = plus(times(graph.input(firstMomentName(name), shape), beta1), times(gradient, oneMinusBeta1));
  const square = plus(
    times(graph.input(secondMomentName(name), shape), graph.float(beta2)),
    times(times(gradient, gradient), graph.float(1 - beta2)),
  );
  const scale = plus(times(graph.node('Sqrt', [square]), secondScale), graph.float(epsilon));
  const change = graph.node('Div', [times(mean, stepSize), scale]);
  // Not weight times (1 - decay): that factor, rounded to single precision, would err alike at every step.
  const taken = isL2 || weightDecay === 0 ? change : plus(change, times(weight, decay));

  graph.output(updatedName(name), graph.node('Sub', [weight, taken]), shape);
  graph.output(updatedName(firstMomentName(name)), mean, shape);
  graph.output(updatedName(secondMomentName(name)), square, shape);
}

/** Scaled down together to a length of at most `norm`. */
function clipped(graph: GraphBuilder, gradients: readonly Value[], norm: number): Value[] {
  graph.scope = 'clip';
  const squares = gradients.map((gradient) =>
    graph.node('ReduceSum', [graph.node('Mul', [gradient, gradient])], { attributes: { keepdims: 0 } }),
  );
  const length = graph.node('Sqrt', [graph.node('Sum', squares)]);
  const share = graph.node('Div', [graph.float(norm), graph.node('Add', [length, graph.float(1e-6)])]);
  const scale = graph.node('Min', [share, graph.float(1)]);
  return gradients.map((gradient) => graph.node('Mul', [gradient, scale]));
}
