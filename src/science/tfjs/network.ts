/** The forward pass of a described network in TensorFlow's operators, its images channels last; training mode. */
import { imageName, parameterName, type Layer } from '../network/description.ts';
import type { Layout } from '../network/layout.ts';
import type { Tfjs, TfTensor } from './library.ts';

export interface ForwardPass {
  /** By the layer's name, each (N, F). */
  readonly outputs: Readonly<Record<string, TfTensor>>;
  /** The batch's own statistics, by the parameter's name. */
  readonly statistics: Readonly<Record<string, TfTensor>>;
}

/** `images` (N, H, W, C); `weights` by name, shaped as PyTorch's. */
export function forwardPass(
  tf: Tfjs,
  layout: Layout,
  images: TfTensor,
  weights: Readonly<Record<string, TfTensor>>,
): ForwardPass {
  const values = new Map<string, TfTensor>([[imageName, images]]);
  const statistics: Record<string, TfTensor> = {};
  for (const { layer, from } of layout.layers) {
    const inputs = from.map((name) => values.get(name) as TfTensor);
    const parameter = (name: string): TfTensor => weights[parameterName(layer, name)] as TfTensor;
    const keepStatistic = (name: string, value: TfTensor): void => {
      statistics[parameterName(layer, name)] = value;
    };
    values.set(layer.name, compute({ tf, layer, inputs, parameter, keepStatistic }));
  }
  const outputs = layout.outputs.map(({ name }) => [name, values.get(name) as TfTensor] as const);
  return { outputs: Object.fromEntries(outputs), statistics };
}

interface Place {
  readonly tf: Tfjs;
  readonly layer: Layer;
  readonly inputs: readonly TfTensor[];
  readonly parameter: (name: string) => TfTensor;
  readonly keepStatistic: (name: string, value: TfTensor) => void;
}

function compute(place: Place): TfTensor {
  const { tf, layer, inputs, parameter } = place;
  const x = inputs[0] as TfTensor;
  switch (layer.kind) {
    case 'relu':
      return x.relu();
    case 'sum':
      return x.add(inputs[1] as TfTensor);
    case 'linear':
      return tf.matMul(x, parameter('weight'), false, true).add(parameter('bias'));
    case 'batch-norm':
      return normalized(x, place);
    case 'convolution':
      // (K, C, k, k) to (k, k, C, K)
      return tf.conv2d(
        padded(tf, x, layer.padding, 0),
        parameter('weight').transpose([2, 3, 1, 0]),
        layer.stride,
        'valid',
      );
    case 'max-pool':
      return tf.maxPool(padded(tf, x, layer.padding, -1e30), layer.kernel, layer.stride, 'valid');
    case 'grid-mean':
      return gridMeans(tf, x, layer.grid);
    case 'high-pass':
      return withHighPass(tf, x, layer.gain);
  }
}

/** In single precision as the definition says it, with the mean taken off before the square. */
function normalized(x: TfTensor, { parameter, keepStatistic }: Place): TfTensor {
  const [images = 0, height = 0, width = 0] = x.shape;
  const count = images * height * width;
  const mean = x.mean([0, 1, 2]);
  const centred = x.sub(mean);
  const variance = centred.square().mean([0, 1, 2]);
  keepStatistic('running_mean', mean);
  keepStatistic('running_var', variance.mul(count / Math.max(1, count - 1)));
  return centred.mul(variance.add(1e-5).rsqrt()).mul(parameter('weight')).add(parameter('bias'));
}

function padded(tf: Tfjs, x: TfTensor, padding: number, value: number): TfTensor {
  if (padding === 0) return x;
  const sides = [padding, padding] as const;
  return tf.pad(x, [[0, 0], sides, sides, [0, 0]], value);
}

/** In the order (channel, row, column). */
function gridMeans(tf: Tfjs, x: TfTensor, grid: number): TfTensor {
  const [images = 0, height = 0, width = 0, channels = 0] = x.shape;
  const cell = [height / grid, width / grid] as const;
  const means = tf.avgPool(x, cell, cell, 'valid');
  return means.transpose([0, 3, 1, 2]).reshape([images, channels * grid * grid]);
}

const binomial = [1, 2, 1, 2, 4, 2, 1, 2, 1];

function withHighPass(tf: Tfjs, x: TfTensor, gain: number): TfTensor {
  const channels = x.shape[3] as number;
  const kernel = Float32Array.from({ length: 9 * channels }, (_, i) => {
    return (binomial[Math.floor(i / channels)] as number) / 16;
  });
  const around = tf.mirrorPad(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
  );
  const blurred = tf.depthwiseConv2d(around, tf.tensor(kernel, [3, 3, channels, 1]), 1, 'valid');
  return tf.concat([x, x.sub(blurred).mul(gain)], 3);
}
