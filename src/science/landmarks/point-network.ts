/**
 * The 68-point network of `@vladmandic/face-api` as an ONNX graph: four dense blocks of separable convolutions on a
 * 112 px square, then one linear layer. Each block halves the resolution and adds up all its layers.
 */
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import { convolutionKernel, depthwiseKernel } from './kernels.ts';
import type { Weight, Weights } from './weights.ts';

/** The side of the square the network looks at, px. */
export const pointInputSide = 112;
/** Subtracted from red, green and blue before the division by 255. */
export const pointInputMean = [122.782, 117.001, 104.298] as const;

/**
 * Input `image` (1, 3, 112, 112), mean-free and divided by 255; output `points` (1, 136): x, y as shares of the
 * square's side.
 */
export function buildPointNetwork(graph: GraphBuilder, weights: Weights): void {
  let x = graph.input('image', [1, 3, pointInputSide, pointInputSide]);
  for (const block of ['dense0', 'dense1', 'dense2', 'dense3']) x = denseBlock(x, block);
  const pooled = graph.node('AveragePool', [x], { attributes: { kernel_shape: [7, 7], strides: [2, 2] } }); // (1, 256, 1, 1)
  const linear = [graph.reshape(pooled, 1, -1), constant('fc/weights'), constant('fc/bias')];
  graph.output('points', graph.node('Gemm', linear), [1, 136]);

  function denseBlock(input: Value, name: string): Value {
    let sum = relu(
      name === 'dense0' ? convolution(input, `${name}/conv0`) : separable(input, `${name}/conv0`, 2),
    );
    let next = sum;
    for (let layer = 1; layer < 4; layer++) {
      sum = graph.node('Add', [sum, separable(next, `${name}/conv${layer}`, 1)]);
      next = relu(sum);
    }
    return next;
  }

  /** Halves the resolution. */
  function convolution(input: Value, name: string): Value {
    const kernel = constant(`${name}/filters`, convolutionKernel);
    return graph.node('Conv', [input, kernel, constant(`${name}/bias`)], {
      attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    });
  }

  function separable(input: Value, name: string, stride: number): Value {
    const channels = weights.get(`${name}/depthwise_filter`).shape[2] as number;
    const spread = graph.node('Conv', [input, constant(`${name}/depthwise_filter`, depthwiseKernel)], {
      attributes: { auto_pad: 'SAME_UPPER', strides: [stride, stride], group: channels },
    });
    return graph.node('Conv', [
      spread,
      constant(`${name}/pointwise_filter`, convolutionKernel),
      constant(`${name}/bias`),
    ]);
  }

  function constant(name: string, order: (weight: Weight) => Weight = (weight) => weight): Value {
    const { shape, data } = order(weights.get(name));
    return graph.initializer(name, shape, data);
  }

  function relu(input: Value): Value {
    return graph.node('Relu', [input]);
  }
}
