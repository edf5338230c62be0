/** The networks known by name. */
import { FailureError } from '../../failure.ts';
import type { Layer, LayerKind, Network } from './description.ts';
import { symmetric } from './pixels.ts';
import { resnet50 } from './resnet.ts';

/** Throws NETWORK_UNKNOWN. */
export function networkNamed(name: string): Network {
  const make = networks.get(name);
  if (make === undefined)
    throw new FailureError({
      code: 'NETWORK_UNKNOWN',
      message: `no network is called ${name}`,
      remedy: `choose one of: ${[...networks.keys()].join(', ')}`,
    });
  return make();
}

const networks: ReadonlyMap<string, () => Network> = new Map([
  ['demo', () => demoNetwork()],
  ['resnet50', resnet50],
]);

/** The layer of the features and the layer of the five heads in every network here. */
export const featuresName = 'features';
export const headsName = 'heads';

/**
 * A small residual network for small images: high-pass channels, then three stages, each halving the image, with one
 * residual block each; the means over a 2 x 2 grid; a linear layer to the features; five linear heads on them.
 */
export function demoNetwork(widths: readonly number[] = [16, 32, 64], features = 64): Network {
  const stages = widths.flatMap((width, index) => {
    const stage = `stage${index + 1}`;
    const kernel = index === 0 ? 5 : 3;
    return [...unit(`${stage}.down`, width, kernel, 2), ...residualBlock(`${stage}.block`, width)];
  });
  return {
    name: 'demo',
    channels: 3,
    normalization: symmetric,
    layers: [
      { name: 'high-pass', kind: 'high-pass', gain: 6 },
      ...stages,
      { name: 'pool', kind: 'grid-mean', grid: 2 },
      { name: featuresName, kind: 'linear', features },
      { name: headsName, kind: 'linear', features: 5 },
    ],
    outputs: [featuresName, headsName],
  };
}

/** Two 3x3 convolutions beside the input itself. It reads the layer before it. */
function residualBlock(name: string, channels: number): Layer[] {
  const input = `${name.slice(0, name.lastIndexOf('.'))}.down.relu`;
  return [
    ...unit(`${name}.1`, channels, 3, 1),
    convolution(`${name}.2.conv`, channels, 3, 1),
    { name: `${name}.2.bn`, kind: 'batch-norm' },
    { name: `${name}.sum`, kind: 'sum', from: [`${name}.2.bn`, input] },
    { name: `${name}.relu`, kind: 'relu' },
  ];
}

/** Convolution, batch normalisation, ReLU. */
function unit(name: string, channels: number, kernel: number, stride: number): Layer[] {
  return [
    convolution(`${name}.conv`, channels, kernel, stride),
    { name: `${name}.bn`, kind: 'batch-norm' },
    { name: `${name}.relu`, kind: 'relu' },
  ];
}

function convolution(name: string, channels: number, kernel: number, stride: number): Layer & LayerKind {
  return { name, kind: 'convolution', channels, kernel, stride, padding: (kernel - 1) / 2 };
}
