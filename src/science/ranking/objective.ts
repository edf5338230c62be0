/**
 * The pretext task's loss (Eq. 1 to 6) as nodes of a training graph: ranking of four EXIF tags over all pairs of
 * the minibatch, and classification of manipulated faces, each by the fidelity loss, summed with equal weights.
 */
import { headsName } from '../network/networks.ts';
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import type { Objective } from '../network/training-graph.ts';
import { fidelity } from './fidelity.ts';
import { tagCount, type Protocol } from './labels.ts';

export interface LossOptions {
  /** Ranking of the EXIF tags. */
  readonly exif: boolean;
  /** Classification of manipulated faces. */
  readonly manipulation: boolean;
}

/** Names of the labels, the objective's inputs, and of the loss parts, its outputs. */
export const orderName = 'order';
export const manipulatedName = 'manipulated';
export const exifLossName = 'loss.exif';
export const manipulationLossName = 'loss.manipulation';

/**
 * Reads the heads (N, 5): four tags' scores and the manipulation's logit. Inputs, each where its loss is on:
 * `order` (N, N, 4), see `pairLabels`, and `manipulated` (N, 1), 1 for a manipulated face.
 */
export function pretextObjective(loss: LossOptions, protocol: Protocol): Objective {
  return ({ graph, batch, outputs }) => {
    const [scores, logit] = graph.nodes(
      'Split',
      [outputs[headsName] as Value, graph.integers(tagCount, 1)],
      2,
      {
        attributes: { axis: 1 },
      },
    ) as [Value, Value];
    const zeros = (width: number): Value => graph.constant(new Float32Array(batch * width), [batch, width]);
    const gradient = graph.node(
      'Concat',
      [
        loss.exif ? addRanking(graph, scores, batch, protocol) : zeros(tagCount),
        loss.manipulation ? addClassification(graph, logit, batch) : zeros(1),
      ],
      { attributes: { axis: 1 } },
    );
    return { gradients: { [headsName]: gradient } };
  };
}

/**
 * The mean over pairs (x, y), x not y, of the sum over tags. The estimated probability that x ranks above y is
 * Phi((g(x) - g(y)) / sqrt 2) by Eq. 2, and Phi(2 (g(x) - g(y))) in the authors' program. Returns (N, 4).
 */
function addRanking(graph: GraphBuilder, scores: Value, batch: number, protocol: Protocol): Value {
  // Phi(s d) = (1 + erf(c d)) / 2 with c = s / sqrt 2.
  const steepness = protocol === 'paper' ? 1 / 2 : Math.SQRT2;
  const order = graph.input(orderName, [batch, batch, tagCount]);
  const difference = graph.node('Sub', [
    graph.reshape(scores, batch, 1, tagCount),
    graph.reshape(scores, 1, batch, tagCount),
  ]);
  const steep = graph.node('Mul', [difference, graph.float(steepness)]);
  const half = graph.node('Mul', [graph.node('Erf', [steep]), graph.float(0.5)]);
  const bell = graph.node('Exp', [graph.node('Neg', [graph.node('Mul', [steep, steep])])]);
  const { loss, gradient } = fidelity(graph, {
    label: order,
    estimate: graph.node('Add', [graph.float(0.5), half]),
    complement: graph.node('Sub', [graph.float(0.5), half]),
    slope: graph.node('Mul', [bell, graph.float(steepness / Math.sqrt(Math.PI))]),
    weights: graph.constant(pairWeights(batch), [batch, batch, 1]),
  });
  graph.output(exifLossName, loss, []);
  const sumOver = (axis: number): Value =>
    graph.node('ReduceSum', [gradient, graph.integers(axis)], { attributes: { keepdims: 0 } });
  return graph.node('Sub', [sumOver(1), sumOver(0)]);
}

/** The mean over the batch, with p = sigmoid(logit) (Eq. 5). Returns (N, 1). */
function addClassification(graph: GraphBuilder, logit: Value, batch: number): Value {
  const manipulated = graph.input(manipulatedName, [batch, 1]);
  const estimate = graph.node('Sigmoid', [logit]);
  const complement = graph.node('Sigmoid', [graph.node('Neg', [logit])]);
  const { loss, gradient } = fidelity(graph, {
    label: manipulated,
    estimate,
    complement,
    slope: graph.node('Mul', [estimate, complement]),
    weights: graph.constant(new Float32Array(batch).fill(1 / batch), [batch, 1]),
  });
  graph.output(manipulationLossName, loss, []);
  return gradient;
}

/** (N, N): the same for every pair of two, and nothing for an image with itself. */
function pairWeights(batch: number): Float32Array {
  const weights = new Float32Array(batch * batch).fill(1 / (batch * (batch - 1)));
  for (let i = 0; i < batch; i++) weights[i * batch + i] = 0;
  return weights;
}
