/** Every operator's forward rule in float64, straight from its definition and with loops alone: an oracle for central differences. */
import type { Layer } from '../../../src/science/network/description.ts';
import type { Layout } from '../../../src/science/network/layout.ts';

/** One image or vector for each of a batch: (N, C, H, W), or (N, F) with H = W = 1. */
interface Batch {
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

type Weights = ReadonlyMap<string, Float64Array>;

/** The output of the last layer for `images` (N, C, S, S). */
export function referenceForward(layout: Layout, images: Float64Array, weights: Weights): Float64Array {
  const { network, size, layers } = layout;
  const count = images.length / (network.channels * size * size);
  const values = new Map<string, Batch>([
    ['image', { count, channels: network.channels, height: size, width: size, data: images }],
  ]);
  let last: Batch | undefined;
  for (const { layer, from, outputShape } of layers) {
    const inputs = from.map((name) => values.get(name) as Batch);
    const [channels = 1, height = 1, width = 1] = outputShape;
    const parameter = (name: string): Float64Array => weights.get(`${layer.name}.${name}`) as Float64Array;
    last = apply(layer, inputs, { count, channels, height, width }, parameter);
    values.set(layer.name, last);
  }
  return (last as Batch).data;
}

type Sizes = Omit<Batch, 'data'>;

function apply(
  layer: Layer,
  inputs: readonly Batch[],
  sizes: Sizes,
  parameter: (name: string) => Float64Array,
): Batch {
  const [first, second] = inputs as readonly [Batch, Batch];
  switch (layer.kind) {
    case 'convolution': {
      const { kernel, stride, padding } = layer;
      const weight = parameter('weight');
      return each(sizes, (n, k, y, x) => {
        let total = 0;
        for (let c = 0; c < first.channels; c++)
          for (let i = 0; i < kernel; i++)
            for (let j = 0; j < kernel; j++)
              total +=
                (weight[((k * first.channels + c) * kernel + i) * kernel + j] as number) *
                at(first, n, c, y * stride + i - padding, x * stride + j - padding, 0);
        return total;
      });
    }
    case 'max-pool': {
      const { kernel, stride, padding } = layer;
      return each(sizes, (n, c, y, x) => {
        let most = -Infinity;
        for (let i = 0; i < kernel; i++)
          for (let j = 0; j < kernel; j++)
            most = Math.max(
              most,
              at(first, n, c, y * stride + i - padding, x * stride + j - padding, -Infinity),
            );
        return most;
      });
    }
    case 'batch-norm': {
      const [scale, shift] = [parameter('weight'), parameter('bias')];
      const { mean, variance } = moments(first);
      return each(
        sizes,
        (n, c, y, x) =>
          ((at(first, n, c, y, x, 0) - (mean[c] as number)) / Math.sqrt((variance[c] as number) + 1e-5)) *
            (scale[c] as number) +
          (shift[c] as number),
      );
    }
    case 'linear': {
      const [weight, bias] = [parameter('weight'), parameter('bias')];
      return each(sizes, (n, k) => {
        let total = bias[k] as number;
        for (let f = 0; f < first.channels; f++)
          total +=
            (weight[k * first.channels + f] as number) * (first.data[n * first.channels + f] as number);
        return total;
      });
    }
    case 'grid-mean': {
      const { grid } = layer;
      const [height, width] = [first.height / grid, first.width / grid];
      return each(sizes, (n, f) => {
        const [channel, row, column] = [Math.floor(f / grid ** 2), Math.floor(f / grid) % grid, f % grid];
        let total = 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            total += at(first, n, channel, row * height + y, column * width + x, 0);
        return total / (height * width);
      });
    }
    case 'high-pass': {
      return each(sizes, (n, c, y, x) => {
        const channel = c % first.channels;
        const centre = at(first, n, channel, y, x, 0);
        if (c < first.channels) return centre;
        let blurred = 0;
        for (let i = -1; i <= 1; i++)
          for (let j = -1; j <= 1; j++)
            blurred +=
              (((2 - Math.abs(i)) * (2 - Math.abs(j))) / 16) *
              at(first, n, channel, mirrored(y + i, first.height), mirrored(x + j, first.width), 0);
        return layer.gain * (centre - blurred);
      });
    }
    case 'relu':
      return { ...first, data: first.data.map((value) => Math.max(0, value)) };
    case 'sum':
      return { ...first, data: first.data.map((value, i) => value + (second.data[i] as number)) };
  }
}

/** A place outside is the one as far inside of the border. */
const mirrored = (place: number, length: number): number =>
  place < 0 ? -place : place >= length ? 2 * length - 2 - place : place;

function each(sizes: Sizes, value: (n: number, c: number, y: number, x: number) => number): Batch {
  const { count, channels, height, width } = sizes;
  const data = new Float64Array(count * channels * height * width);
  let place = 0;
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[place++] = value(n, c, y, x);
  return { ...sizes, data };
}

function at(
  { channels, height, width, data }: Batch,
  n: number,
  c: number,
  y: number,
  x: number,
  outside: number,
): number {
  if (y < 0 || y >= height || x < 0 || x >= width) return outside;
  return data[((n * channels + c) * height + y) * width + x] as number;
}

/** Over images and places, the variance the biased one. */
function moments(batch: Batch): { mean: Float64Array; variance: Float64Array } {
  const { count, channels, height, width } = batch;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  const share = 1 / (count * height * width);
  const over = (visit: (value: number, c: number) => void): void => {
    each(batch, (n, c, y, x) => {
      visit(at(batch, n, c, y, x, 0), c);
      return 0;
    });
  };
  over((value, c) => (mean[c] = (mean[c] as number) + value * share));
  over((value, c) => (variance[c] = (variance[c] as number) + (value - (mean[c] as number)) ** 2 * share));
  return { mean, variance };
}
