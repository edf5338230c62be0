/**
 * Convolution without bias (a BatchNorm follows): PyTorch's `nn.Conv2d(..., bias=False)`, its weight (K, C, k, k)
 * and its default initialisation, Kaiming-uniform with a = sqrt(5), which is uniform within 1 / sqrt(fan in).
 */
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import { blockedConvolution, fitsBlocks } from '../../onnx/channel-block.ts';
import type { ConvolutionSizes } from './convolution-sizes.ts';
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

  forward({ graph, layer: { kernel, stride, padding }, inputs, inputShapes, outputShape, parameter, mode }) {
    const weight = parameter('weight');
    const sizes: ConvolutionSizes = {
      kernel,
      stride,
      padding,
      input: imageShape(onlyInput(inputShapes), 'a convolution'),
      output: imageShape(outputShape, 'a convolution'),
    };
    const { block, isFrugal = false } = mode.kind === 'training' ? mode.form : {};
    const forward = (inputs: readonly Value[]): Value =>
      convolved(graph, onlyInput(inputs), weight, sizes, block);
    return {
      output: forward(inputs),
      ...(isFrugal && isCheap(sizes) && { again: forward }),
      readsInputs: true,
      backward({ gradient, wantsInputs, inputs }) {
        const kernels = kernelGradient(graph, onlyInput(inputs()), gradient, sizes);
        const shape = [sizes.output[0], sizes.input[0], kernel, kernel];
        // First of the two, so that the image need not be kept until the end.
        const then = isFrugal ? graph.after(weight, shape, kernels) : weight;
        return {
          inputs: wantsInputs ? [imageGradient(graph, then, gradient, sizes, block)] : [],
          weights: { weight: kernels },
        };
      },
    };
  },
};

/** Whether it is sooner computed than kept: few multiplications for each number, more numbers than it reads. */
const isCheap = ({ kernel, input, output }: ConvolutionSizes): boolean =>
  kernel === 1 && output[0] > input[0];

/** In blocks of channels where that is known to be faster: not 1x1, nor where there are few pixels to a kernel. */
function convolved(
  graph: GraphBuilder,
  image: Value,
  weight: Value,
  { kernel, stride, padding, input: [inputs], output: [outputs, height, width] }: ConvolutionSizes,
  block: number | undefined,
): Value {
  if (block !== undefined && kernel > 1 && height * width >= fewestPixels) {
    const blocked = { block, kernel, stride, padding, inputs, outputs };
    if (fitsBlocks(blocked)) return blockedConvolution(graph, image, weight, blocked);
  }
  return graph.node('Conv', [image, weight], {
    attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: Array(4).fill(padding) },
  });
}

const fewestPixels = 32;

/** dX (N, C, H, W): with stride 1 a convolution with the turned kernel, which is faster than ConvTranspose. */
function imageGradient(
  graph: GraphBuilder,
  weight: Value,
  gradient: Value,
  sizes: ConvolutionSizes,
  block: number | undefined,
): Value {
  const { kernel, stride, padding, input, output } = sizes;
  if (stride === 1) {
    const back = { kernel, stride, padding: kernel - 1 - padding, input: output, output: input };
    return convolved(graph, gradient, turned(graph, weight, sizes), back, block);
  }
  if (kernel === 1) return spread(graph, weight, gradient, sizes);
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

/**
 * dX of a 1x1 convolution with a stride: that without, its pixels a stride apart and zeros between them. Along a row
 * a product with a matrix of zeros and ones does it, which is faster than Pad.
 */
function spread(graph: GraphBuilder, weight: Value, gradient: Value, sizes: ConvolutionSizes): Value {
  const { stride, input, output } = sizes;
  const [channels, height, width] = input;
  const [, rows, columns] = output;
  const pixels = graph.node('Conv', [gradient, turned(graph, weight, sizes)], {
    attributes: { kernel_shape: [1, 1] },
  });
  const placing = new Float32Array(columns * width);
  for (let column = 0; column < columns; column++) placing[column * width + column * stride] = 1;
  const wide = graph.node('MatMul', [pixels, graph.constant(placing, [columns, width])]);
  const apart = graph.reshape(wide, -1, channels, rows, 1, width);
  const padded = graph.node('Pad', [apart, graph.integers(0, 0, 0, 0, 0, 0, 0, 0, stride - 1, 0)]);
  const whole = graph.reshape(padded, -1, channels, rows * stride, width);
  if (rows * stride === height) return whole;
  return graph.node('Slice', [whole, graph.integers(0), graph.integers(height), graph.integers(2)]);
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
