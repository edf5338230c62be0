/**
 * The face box network of `@vladmandic/face-api` as an ONNX graph: a single-shot detector (Liu et al., ECCV 2016)
 * on MobileNet v1 (Howard et al., 2017), one class. Six feature maps of a 512 px square predict 5118 boxes, each
 * an offset to an anchor.
 */
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import { convolutionKernel, depthwiseKernel } from './kernels.ts';
import type { Weight, Weights } from './weights.ts';

/** The side of the square the network looks at, px. */
export const boxInputSide = 512;

const boxes = 5118;
/** Layers of MobileNet v1 whose depthwise convolution halves the resolution. */
const halvingLayers = new Set([2, 4, 6, 12]);
const batchNormEpsilon = 0.0010000000474974513;
/** Channels a class predictor has for each anchor: background, face and a spare. */
const classes = 3;
const faceClass = 1;

/** Input `image` (1, 3, 512, 512) in [-1, 1]; outputs `offsets` (1, 5118, 4) and `logits` (1, 5118). */
export function buildBoxNetwork(graph: GraphBuilder, weights: Weights): void {
  let x = rectified(
    graph.input('image', [1, 3, boxInputSide, boxInputSide]),
    'MobilenetV1/Conv2d_0_pointwise',
    2,
  );
  const maps: Value[] = []; // 32 x 32, 16 x 16, 8 x 8, 4 x 4, 2 x 2, 1 x 1
  for (let layer = 1; layer <= 13; layer++) {
    x = depthwise(x, `MobilenetV1/Conv2d_${layer}_depthwise`, halvingLayers.has(layer) ? 2 : 1);
    x = rectified(x, `MobilenetV1/Conv2d_${layer}_pointwise`, 1);
    if (layer === 11 || layer === 13) maps.push(x);
  }
  for (let layer = 0; layer < 8; layer++) {
    x = rectified(x, `Prediction/Conv2d_${layer}_pointwise`, layer % 2 === 0 ? 1 : 2);
    if (layer % 2 === 1) maps.push(x);
  }
  const offsets = maps.map((map, i) => predict(map, `Prediction/BoxPredictor_${i}/BoxEncodingPredictor`));
  const logits = maps.map((map, i) =>
    predict(map, `Prediction/BoxPredictor_${i}/ClassPredictor`, faceChannels),
  );
  const all = (rows: readonly Value[]): Value => graph.node('Concat', rows, { attributes: { axis: 1 } });
  graph.output('offsets', graph.reshape(all(offsets), 1, boxes, 4), [1, boxes, 4]);
  graph.output('logits', all(logits), [1, boxes]);

  /** Convolution, bias, ReLU6. */
  function rectified(input: Value, name: string, stride: number): Value {
    const kernel = convolutionKernel(weights.get(`${name}/weights`));
    const { data: bias } = weights.get(`${name}/convolution_bn_offset`);
    return relu6(convolve(input, name, { kernel, bias, stride }));
  }

  /** Depthwise convolution with its batch normalisation folded in, ReLU6. */
  function depthwise(input: Value, name: string, stride: number): Value {
    const { kernel, bias } = foldBatchNorm(weights, name);
    return relu6(convolve(input, name, { kernel, bias, stride, group: bias.length }));
  }

  /** A 1 x 1 convolution, then (1, numbers): position by position, anchor by anchor. */
  function predict(map: Value, name: string, select = (weight: Weight): Weight => weight): Value {
    const kernel = convolutionKernel(select(weights.get(`${name}/weights`)));
    const { data: bias } = select(weights.get(`${name}/biases`));
    const prediction = convolve(map, name, { kernel, bias, stride: 1 });
    return graph.reshape(
      graph.node('Transpose', [prediction], { attributes: { perm: [0, 2, 3, 1] } }),
      1,
      -1,
    );
  }

  function convolve(input: Value, name: string, { kernel, bias, stride, group = 1 }: Convolution): Value {
    return graph.node(
      'Conv',
      [
        input,
        graph.initializer(`${name}/kernel`, kernel.shape, kernel.data),
        graph.initializer(`${name}/bias`, [bias.length], bias),
      ],
      { attributes: { auto_pad: 'SAME_UPPER', strides: [stride, stride], group } },
    );
  }

  function relu6(input: Value): Value {
    return graph.node('Clip', [input, graph.float(0), graph.float(6)]);
  }
}

interface Convolution {
  readonly kernel: Weight;
  readonly bias: Float32Array;
  readonly stride: number;
  readonly group?: number;
}

function foldBatchNorm(weights: Weights, name: string): { kernel: Weight; bias: Float32Array } {
  const { shape, data } = depthwiseKernel(weights.get(`${name}/depthwise_weights`));
  const statistic = (part: string): Float32Array => weights.get(`${name}/BatchNorm/${part}`).data;
  const variance = statistic('moving_variance');
  const mean = statistic('moving_mean');
  const scale = statistic('gamma').map(
    (gamma, channel) => gamma / Math.sqrt((variance[channel] as number) + batchNormEpsilon),
  );
  const area = data.length / scale.length;
  return {
    kernel: { shape, data: data.map((value, i) => value * (scale[Math.floor(i / area)] as number)) },
    bias: statistic('beta').map(
      (beta, channel) => beta - (mean[channel] as number) * (scale[channel] as number),
    ),
  };
}

/** Of a class predictor's last axis, the channels that speak of faces. */
function faceChannels({ shape, data }: Weight): Weight {
  const channels = shape.at(-1) as number;
  return {
    shape: [...shape.slice(0, -1), channels / classes],
    data: data.filter((_, i) => (i % channels) % classes === faceClass),
  };
}
