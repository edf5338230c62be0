/**
 * Batch normalisation over images and places: PyTorch's `nn.BatchNorm2d`, eps 1e-5.
 *
 * In training the variance is E[x^2] - E[x]^2, two reductions over one pass, and the normalisation itself is ONNX's
 * inference operator fed with the batch's own statistics; the operator's training mode of onnxruntime is not used.
 */
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import { imageShape, onlyInput, type Operator, type Place } from './operator.ts';

export interface BatchNorm {
  readonly kind: 'batch-norm';
}

const epsilon = 1e-5;
const placesOfBatch = [0, 2, 3];

export const batchNorm: Operator<BatchNorm> = {
  shape: (_, inputs) => imageShape(onlyInput(inputs), 'batch normalisation'),

  parameters(_, inputs) {
    const [channels] = imageShape(onlyInput(inputs), 'batch normalisation');
    const shape = [channels];
    return {
      weight: { shape, role: 'weight', initial: { constant: 1 } },
      bias: { shape, role: 'weight', initial: { constant: 0 } },
      running_mean: { shape, role: 'statistic', initial: { constant: 0 } },
      running_var: { shape, role: 'statistic', initial: { constant: 1 } },
    };
  },

  forward(place) {
    return place.mode.kind === 'training'
      ? forwardInTraining(place, place.mode.batch)
      : {
          output: normalized(place.graph, onlyInput(place.inputs), {
            scale: place.parameter('weight'),
            shift: place.parameter('bias'),
            mean: place.parameter('running_mean'),
            variance: place.parameter('running_var'),
          }),
          readsInputs: true,
          backward: () => {
            throw new Error('a graph for inference has no backward rule');
          },
        };
  },
};

function forwardInTraining(
  { graph, inputs, outputShape, parameter }: Place<BatchNorm>,
  batch: number,
): ReturnType<typeof batchNorm.forward> {
  const image = onlyInput(inputs);
  const [channels, height, width] = imageShape(outputShape, 'batch normalisation');
  const count = batch * height * width;
  const scale = parameter('weight');
  const mean = average(graph, image);
  const meanSquare = average(graph, graph.node('Mul', [image, image]));
  // Rounding may leave a variance of zero slightly below it.
  const variance = graph.node('Relu', [graph.node('Sub', [meanSquare, graph.node('Mul', [mean, mean])])]);
  const again = (inputs: readonly Value[]): Value =>
    normalized(graph, onlyInput(inputs), { scale, shift: parameter('bias'), mean, variance });
  const unbiased = graph.node('Mul', [variance, graph.float(count / Math.max(1, count - 1))]);

  return {
    output: again(inputs),
    again,
    readsInputs: true,
    statistics: { running_mean: mean, running_var: unbiased },
    backward({ gradient, wantsInputs, inputs }) {
      const image = onlyInput(inputs());
      const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.float(epsilon)])]);
      const shiftGradient = sum(graph, gradient);
      const product = sum(graph, graph.node('Mul', [gradient, image]));
      const centred = graph.node('Sub', [product, graph.node('Mul', [mean, shiftGradient])]);
      const scaleGradient = graph.node('Div', [centred, deviation]);
      const weights = { weight: scaleGradient, bias: shiftGradient };
      if (!wantsInputs) return { inputs: [], weights };

      // dx = g / sd (dy - mean(dy) - (x - mean) / sd mean(dy (x - mean) / sd)) = g / sd dy + slope x + constant
      const share = graph.float(-1 / count);
      const gain = graph.node('Div', [scale, deviation]);
      const slope = graph.node('Mul', [
        graph.node('Div', [graph.node('Mul', [gain, scaleGradient]), deviation]),
        share,
      ]);
      const level = graph.node('Mul', [graph.node('Mul', [gain, shiftGradient]), share]);
      const constant = graph.node('Sub', [level, graph.node('Mul', [slope, mean])]);
      const scaled = graph.node('Mul', [gradient, graph.reshape(gain, 1, channels, 1, 1)]);
      const line = normalized(graph, image, {
        scale: slope,
        shift: constant,
        mean: graph.constant(new Float32Array(channels), [channels]),
        variance: graph.constant(new Float32Array(channels).fill(1 - epsilon), [channels]),
      });
      return { inputs: [graph.node('Add', [scaled, line])], weights };
    },
  };
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, channel by channel. */
function normalized(
  graph: GraphBuilder,
  image: Value,
  { scale, shift, mean, variance }: { scale: Value; shift: Value; mean: Value; variance: Value },
): Value {
  return graph.node('BatchNormalization', [image, scale, shift, mean, variance], {
    attributes: { epsilon: { float: epsilon } },
  });
}

/** (C) from (N, C, H, W). */
function average(graph: GraphBuilder, image: Value): Value {
  return graph.node('ReduceMean', [image], { attributes: { axes: placesOfBatch, keepdims: 0 } });
}

/** (C) from (N, C, H, W). */
function sum(graph: GraphBuilder, image: Value): Value {
  return graph.node('ReduceSum', [image, graph.integers(...placesOfBatch)], { attributes: { keepdims: 0 } });
}
