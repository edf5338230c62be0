import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../src/failure.ts';
import type { Layer } from '../../../src/science/network/description.ts';
import { layOut, sizeOf } from '../../../src/science/network/layout.ts';
import { demoNetwork, networkNamed } from '../../../src/science/network/networks.ts';
import { symmetric } from '../../../src/science/network/pixels.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';

describe('the demo network', () => {
  const layout = layOut(networkNamed('demo'), 64);

  it('ends in 64 features and five heads', () => {
    expect(layout.outputs).toEqual([
      { name: 'features', shape: [64] },
      { name: 'heads', shape: [5] },
    ]);
  });

  it('halves the image three times and keeps a grid of 2 x 2 means', () => {
    const shapes = Object.fromEntries(
      layout.layers.map(({ layer, outputShape }) => [layer.name, outputShape]),
    );
    expect(shapes).toMatchObject({
      'high-pass': [6, 64, 64],
      'stage1.block.relu': [16, 32, 32],
      'stage2.block.relu': [32, 16, 16],
      'stage3.block.relu': [64, 8, 8],
      pool: [256],
    });
  });

  it('has about 140,000 weights, named as PyTorch names them', () => {
    const weights = layout.parameters.filter(({ role }) => role === 'weight');
    expect(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(139_653);
    expect(layout.parameters.slice(0, 5).map(({ name }) => name)).toEqual([
      'stage1.down.conv.weight',
      'stage1.down.bn.weight',
      'stage1.down.bn.bias',
      'stage1.down.bn.running_mean',
      'stage1.down.bn.running_var',
    ]);
  });
});

describe('initial parameters', () => {
  const layout = layOut(demoNetwork([4, 4, 4], 8), 16);
  const { weights, statistics } = initialParameters(layout, 5);
  const valuesOf = (name: string): number[] => {
    const index = weights.parameters.findIndex((parameter) => parameter.name === name);
    return [...(weights.views[index] as Float32Array)];
  };

  it('fill the interval 1 / sqrt(fan in) around zero, as PyTorch starts its layers', () => {
    const values = valuesOf('stage1.down.conv.weight');
    const bound = 1 / Math.sqrt(6 * 5 * 5);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('leave normalisations as they are: gain 1, shift 0, mean 0, variance 1', () => {
    expect(new Set(valuesOf('stage2.down.bn.weight'))).toEqual(new Set([1]));
    expect(new Set(valuesOf('stage2.down.bn.bias'))).toEqual(new Set([0]));
    expect(statistics.views[0]).toEqual(new Float32Array(4));
    expect(statistics.views[1]).toEqual(new Float32Array(4).fill(1));
  });

  it('come from the seed', () => {
    expect(initialParameters(layout, 5).weights.data).toEqual(weights.data);
    expect(initialParameters(layout, 6).weights.data).not.toEqual(weights.data);
  });
});

describe('a description that does not fit', () => {
  it.each<[string, string, string, Layer[]]>([
    ['a kernel larger than the image', 'NETWORK_SHAPE', 'wide', [conv('wide', 9, 0)]],
    ['more padding than half a kernel', 'NETWORK_SHAPE', 'soft', [conv('soft', 3, 2)]],
    [
      'a grid that does not divide',
      'NETWORK_SHAPE',
      'means',
      [{ kind: 'grid-mean', name: 'means', grid: 3 }],
    ],
    ['a linear layer on an image', 'NETWORK_SHAPE', 'top', [{ kind: 'linear', name: 'top', features: 2 }]],
    ['a sum of one', 'NETWORK_SHAPE', 'sum', [{ kind: 'sum', name: 'sum' }]],
    [
      'a sum of different shapes',
      'NETWORK_SHAPE',
      'sum',
      [conv('a', 3, 0), { kind: 'sum', name: 'sum', from: ['a', 'image'] }],
    ],
    ['a name used twice', 'NETWORK_LAYER_TWICE', 'a', [conv('a', 1, 0), conv('a', 1, 0)]],
    [
      'an unknown layer',
      'NETWORK_LAYER_UNKNOWN',
      'sum',
      [{ kind: 'sum', name: 'sum', from: ['image', 'b'] }],
    ],
  ])('is refused with the layer in fault: %s', (_, code, place, layers) => {
    expect(
      failureOf(() =>
        layOut({ name: 'wrong', channels: 3, normalization: symmetric, layers, outputs: [] }, 8),
      ),
    ).toMatchObject({
      code,
      place,
    });
  });

  it('is refused when an output is no layer', () => {
    const network = { name: 'wrong', channels: 3, normalization: symmetric, layers: [], outputs: ['heads'] };
    expect(failureOf(() => layOut(network, 8))).toMatchObject({
      code: 'NETWORK_LAYER_UNKNOWN',
      place: 'outputs',
    });
  });

  it('is refused when nobody knows its name', () => {
    expect(failureOf(() => networkNamed('resnet-7'))).toMatchObject({
      code: 'NETWORK_UNKNOWN',
      remedy: 'choose one of: demo, resnet50',
    });
  });
});

function conv(name: string, kernel: number, padding: number): Layer {
  return { kind: 'convolution', name, channels: 2, kernel, stride: 1, padding };
}

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  return undefined;
}
