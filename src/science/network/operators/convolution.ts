/**
 * Convolution without bias (a BatchNorm follows): PyTorch's `nn.Conv2d(..., bias=False)`, its weight (K, C, k, k)
 * and its default initialisation, Kaiming-uniform with a = sqrt(5), which is uniform within 1 / sqrt(fan in).
 */
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import { kernelGradient } from './kernel-gradient.ts';
import { imageShape, onlyInput, shapeError, type Operator } from './operator.ts';

export interface Convolution {
  readonly kind: 'convolution';
  /** Output channels, K. */
  readonly channels: number;
  /** Side of the square kernel, k. */
  readonly kernel: number;
  readonly stride: number;
  /** Zeros around the image; at most (k - 1) / 2. */
  readonly padding: number;
}

/** A convolution with its sizes known. */
export interface ConvolutionSizes {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** C, H, W. */
  readonly input: readonly [number, number, number];
  /** K, O, P. */
  readonly output: readonly [number, number, number];
}

export const convolution: Operator<Convolution> = {
  shape({ channels, kernel, stride, padding }, inputs) {
    const [, height, width] = imageShape(onlyInput(inputs), 'a convolution');
    if (2 * padding > kernel - 1)
      throw shapeError(`padding ${padding} is more than half of kernel ${kernel}`);
    const size = (length: number): number => Math.floor((length + 2 * padding - kernel) / stride) + 1;
    if (size(height) < 1 || size(width) < 1)
      throw shapeError(`a kernel of ${kernel} px does not fit into ${height} x ${width} px`);
    return [channels, size(height), size(width)];
  },

  parameters({ channels, kernel }, inputs) {
    const [inChannels] = imageShape(onlyInput(inputs), 'a convolution');
    const uniform = 1 / Math.sqrt(inChannels * kernel * kernel);
    return {
      weight: { shape: [channels, inChannels, kernel, kernel], role: 'weight', initial: { uniform } },
    };
  },

  forward({ graph, layer: { kernel, stride, padding }, inputs, inputShapes, outputShape, parameter }) {
    const image = onlyInput(inputs);
    const weight = parameter('weight');
    const output = graph.node('Conv', [image, weight], {
      attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: Array(4).fill(padding) },
    });
    return {
      output,
      backward({ gradient, wantsInputs }) {
        const sizes: ConvolutionSizes = {
          kernel,
          stride,
          padding,
          input: imageShape(onlyInput(inputShapes), 'a convolution'),
          output: imageShape(outputShape, 'a convolution'),
        };
        return {
          inputs: wantsInputs ? [imageGradient(graph, weight, gradient, sizes)] : [],
          weights: { weight: kernelGradient(graph, image, gradient, sizes) },
        };
      },
    };
  },
};

/** dX (N, C, H, W): with stride 1 a convolution with the turned kernel, which is faster than ConvTranspose. */
function imageGradient(graph: GraphBuilder, weight: Value, gradient: Value, sizes: ConvolutionSizes): Value {
  const { kernel, stride, padding, input, output } = sizes;
  if (stride === 1)
    return graph.node('Conv', [gradient, turned(graph, weight, sizes)], {
      attributes: { kernel_shape: [kernel, kernel], pads: Array(4).fill(kernel - 1 - padding) },
    });
  const missing = [1, 2].map((axis) => {
    const reached = ((output[axis] as number) - 1) * stride + kernel - 2 * padding;
    return (input[axis] as number) - reached;
  });
  return graph.node('ConvTranspose', [gradient, weight], {
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: Array(4).fill(padding),
      output_padding: missing,
    },
  });
}

/** The kernel (K, C, k, k) turned by half a turn, its channel axes swapped: (C, K, k, k). */
function turned(graph: GraphBuilder, weight: Value, { kernel, input, output }: ConvolutionSizes): Value {
  const swapped = graph.node('Transpose', [weight], { attributes: { perm: [1, 0, 2, 3] } });
  if (kernel === 1) return swapped;
  const taps = kernel * kernel;
  const backwards = new Float32Array(taps * taps); // A product with a permutation is exact, and faster than Gather.
  for (let tap = 0; tap < taps; tap++) backwards[tap * taps + (taps - 1 - tap)] = 1;
  const rows = graph.reshape(swapped, input[0] * output[0], taps);
  const reversed = graph.node('MatMul', [rows, graph.constant(backwards, [taps, taps])]);
  return graph.reshape(reversed, input[0], output[0], kernel, kernel);
}
