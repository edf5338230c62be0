/**
 * ResNet-50 (He et al., CVPR 2016) with a linear layer to the features and five heads on them: the paper's network.
 * Layers, order and names are those of torchvision's `resnet50`, whose stride lies on the 3x3 convolutions, so that
 * its weights and those of EXIF-as-language load by name.
 */
import type { Layer, Network } from './description.ts';
import { clip } from './pixels.ts';

interface ResnetOptions {
  /** Bottlenecks in each of the four stages. */
  readonly blocks: readonly number[];
  /** Channels within the bottlenecks of the first stage; each stage doubles them. */
  readonly width: number;
  readonly features: number;
}

/** A bottleneck gives this many times the channels it works in. */
const expansion = 4;

export function resnet50(): Network {
  return resnet('resnet50', { blocks: [3, 4, 6, 3], width: 64, features: 768 });
}

/** Stages of bottlenecks between a stem and the mean over the image. */
function resnet(name: string, { blocks, width, features }: ResnetOptions): Network {
  const stages = blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, block) =>
      bottleneck(`layer${stage + 1}.${block}`, width * 2 ** stage, {
        stride: stage > 0 && block === 0 ? 2 : 1,
        widens: block === 0,
        from: block > 0 ? `layer${stage + 1}.${block - 1}` : stage > 0 ? lastOf(stage, blocks) : 'maxpool',
      }),
    ).flat(),
  );
  return {
    name,
    channels: 3,
    normalization: clip,
    layers: [
      ...unit('conv1', 'bn1', width, 7, 2),
      { name: 'relu', kind: 'relu' },
      { name: 'maxpool', kind: 'max-pool', kernel: 3, stride: 2, padding: 1 },
      ...stages,
      { name: 'avgpool', kind: 'grid-mean', grid: 1 },
      { name: 'features', parameters: 'fc', kind: 'linear', features },
      { name: 'heads', kind: 'linear', features: 5 },
    ],
    outputs: ['features', 'heads'],
  };
}

const lastOf = (stage: number, blocks: readonly number[]): string =>
  `layer${stage}.${(blocks[stage - 1] as number) - 1}`;

/** 1x1, 3x3, 1x1, beside the input itself or, where the channels grow, a 1x1 projection of it. Its last layer has its name. */
function bottleneck(
  name: string,
  width: number,
  { stride, widens, from }: { stride: number; widens: boolean; from: string },
): Layer[] {
  const [first, ...rest] = [
    ...unit(`${name}.conv1`, `${name}.bn1`, width, 1, 1),
    { name: `${name}.relu1`, kind: 'relu' as const },
    ...unit(`${name}.conv2`, `${name}.bn2`, width, 3, stride),
    { name: `${name}.relu2`, kind: 'relu' as const },
    ...unit(`${name}.conv3`, `${name}.bn3`, width * expansion, 1, 1),
  ] as [Layer, ...Layer[]];
  const [projection, ...normalization] = unit(
    `${name}.downsample.0`,
    `${name}.downsample.1`,
    width * expansion,
    1,
    stride,
  ) as [Layer, ...Layer[]];
  return [
    { ...first, from: [from] },
    ...rest,
    ...(widens ? [{ ...projection, from: [from] }, ...normalization] : []),
    { name: `${name}.sum`, kind: 'sum', from: [`${name}.bn3`, widens ? `${name}.downsample.1` : from] },
    { name, kind: 'relu' },
  ];
}

/** A convolution and the normalisation behind it. */
function unit(name: string, norm: string, channels: number, kernel: number, stride: number): Layer[] {
  return [
    { name, kind: 'convolution', channels, kernel, stride, padding: (kernel - 1) / 2 },
    { name: norm, kind: 'batch-norm' },
  ];
}
