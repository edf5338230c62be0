/**
 * The gradient of a convolution with respect to its kernel, as one matrix product, batched or not.
 *
 * dW[k,c,i,j] = sum over n, y, x of dY[n,k,y,x] X[n,c, s y + i - p, s x + j - p].
 *
 * Where the kernel is larger than what it sees of an image (the last layers of a deep network), X is unfolded in full
 * and all images stand side by side in one product. MLAS splits such a product over threads by rows or columns; how it
 * cuts the sum does not depend on that as long as a thread has more than 64 columns.
 *
 * Elsewhere a full unfolding of X would hold it k * k times. Instead the row of a tap is split as i - p = s m + a with
 * 0 <= a < s, and the sum is taken over r = y + m: X is unfolded over (a, j) only, dY is shifted by m only, and
 * the product of the two holds every tap. Each image has a product of its own and the sum over images comes last,
 * so that no sum is split over threads and the result does not depend on their number.
 */
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { ConvolutionSizes } from './convolution-sizes.ts';

/** (K, C, k, k) from X (N, C, H, W) and dY (N, K, O, P). */
export function kernelGradient(
  graph: GraphBuilder,
  image: Value,
  gradient: Value,
  sizes: ConvolutionSizes,
): Value {
  return isWide(sizes)
    ? wideGradient(graph, image, gradient, sizes)
    : narrowGradient(graph, image, gradient, sizes);
}

/** Whether a product of one image is larger than its factors, and so large that threads do not change it. */
function isWide({
  kernel,
  input: [channels],
  output: [outChannels, height, width],
}: ConvolutionSizes): boolean {
  const columns = channels * kernel * kernel;
  const isLarge = outChannels * columns > (outChannels + columns) * height * width;
  return isLarge && (columns >= 1024 || (columns >= 256 && outChannels >= columns));
}

function wideGradient(graph: GraphBuilder, image: Value, gradient: Value, sizes: ConvolutionSizes): Value {
  const { kernel, stride, padding, input, output } = sizes;
  const [channels] = input;
  const [outChannels, height, width] = output;
  const taps = kernel * kernel;
  // (N, C k k, O, P): X[n, c, s y + i - p, s x + j - p] in channel (c, i, j), by a depthwise convolution with unit kernels.
  const columns =
    kernel === 1 && stride === 1
      ? image
      : graph.node(
          'Conv',
          [image, graph.constant(unitKernels(channels, taps), [channels * taps, 1, kernel, kernel])],
          {
            attributes: {
              group: channels,
              kernel_shape: [kernel, kernel],
              strides: [stride, stride],
              pads: Array(4).fill(padding),
            },
          },
        );
  const sideBySide = (value: Value, depth: number): Value => {
    const flat = graph.reshape(value, 0, depth, height * width);
    return graph.reshape(graph.node('Transpose', [flat], { attributes: { perm: [1, 0, 2] } }), 1, depth, -1);
  };
  const product = graph.timesTransposed(
    sideBySide(gradient, outChannels),
    sideBySide(columns, channels * taps),
  );
  return graph.reshape(product, outChannels, channels, kernel, kernel);
}

function narrowGradient(graph: GraphBuilder, image: Value, gradient: Value, sizes: ConvolutionSizes): Value {
  const { kernel, stride, padding, input, output } = sizes;
  const [channels, height] = input;
  const [outChannels, , outWidth] = output;
  const firstShift = Math.floor(-padding / stride);
  const shifts = Math.floor((kernel - 1 - padding) / stride) - firstShift + 1;
  const rows = Math.ceil(height / stride);

  const flat = (value: Value, depth: number): Value => graph.reshape(value, 0, depth, rows * outWidth);
  const pointwise = kernel === 1 && stride === 1;
  const columns = pointwise ? image : unfoldedImage(graph, image, sizes, rows);
  const shifted = pointwise
    ? gradient
    : shiftedGradient(graph, gradient, sizes, { rows, firstShift, shifts });
  const products = graph.timesTransposed(
    flat(shifted, outChannels * shifts),
    flat(columns, channels * stride * kernel),
  );
  const sum = graph.node('ReduceSum', [products, graph.integers(0)], { attributes: { keepdims: 0 } });

  const byShift = graph.reshape(sum, outChannels, shifts, channels, stride, kernel);
  const byChannel = graph.node('Transpose', [byShift], { attributes: { perm: [0, 2, 1, 3, 4] } });
  const taps = graph.reshape(byChannel, outChannels, channels, shifts * stride, kernel);
  const firstTap = -(stride * firstShift + padding);
  if (shifts * stride === kernel) return taps;
  return graph.node('Slice', [
    taps,
    graph.integers(firstTap),
    graph.integers(firstTap + kernel),
    graph.integers(2),
  ]);
}

/** (N, C s k, rows, P): X[n, c, s r + a, s x + j - p] in channel (c, a, j), by a depthwise convolution with unit kernels. */
function unfoldedImage(graph: GraphBuilder, image: Value, sizes: ConvolutionSizes, rows: number): Value {
  const { kernel, stride, padding, input, output } = sizes;
  const [channels, height, width] = input;
  const right = Math.max(0, (output[2] - 1) * stride + kernel - width - padding);
  return graph.node(
    'Conv',
    [
      image,
      graph.constant(unitKernels(channels, stride * kernel), [channels * stride * kernel, 1, stride, kernel]),
    ],
    {
      attributes: {
        group: channels,
        kernel_shape: [stride, kernel],
        strides: [stride, stride],
        pads: [0, padding, rows * stride - height, right],
      },
    },
  );
}

/** (N, K shifts, rows, P): dY[n, k, r - m, x] in channel (k, m), zero outside. */
function shiftedGradient(
  graph: GraphBuilder,
  gradient: Value,
  { output }: ConvolutionSizes,
  { rows, firstShift, shifts }: { rows: number; firstShift: number; shifts: number },
): Value {
  const [channels, height] = output;
  const lastShift = firstShift + shifts - 1;
  const kernels = unitKernels(channels, shifts, true);
  return graph.node('Conv', [gradient, graph.constant(kernels, [channels * shifts, 1, shifts, 1])], {
    attributes: {
      group: channels,
      kernel_shape: [shifts, 1],
      pads: [lastShift, 0, rows - height - firstShift, 0],
    },
  });
}

/** For each of `channels` groups, `taps` kernels of `taps` numbers, each 1 at one place: the k-th from the start, or the end. */
function unitKernels(channels: number, taps: number, fromEnd = false): Float32Array {
  const kernels = new Float32Array(channels * taps * taps);
  for (let channel = 0; channel < channels; channel++)
    for (let tap = 0; tap < taps; tap++)
      kernels[(channel * taps + tap) * taps + (fromEnd ? taps - 1 - tap : tap)] = 1;
  return kernels;
}
