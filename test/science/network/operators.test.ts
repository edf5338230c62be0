import { describe, expect, it } from 'vitest';
import { imageName, type Layer, type Network } from '../../../src/science/network/description.ts';
import { layOut, sizeOf } from '../../../src/science/network/layout.ts';
import { channelBlock } from '../../../src/science/onnx/channel-block.ts';
import { floatTensor, openSession, type Tensors } from '../../../src/science/onnx/session.ts';
import { symmetric } from '../../../src/science/network/pixels.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';
import type { Form } from '../../../src/science/network/operators/operator.ts';
import { gradientName, trainingGraph, type Objective } from '../../../src/science/network/training-graph.ts';
import { randomOf } from '../../../src/science/random.ts';
import { referenceForward } from './reference-forward.ts';

const conv = (name: string, channels: number, kernel: number, stride: number, padding: number): Layer => ({
  kind: 'convolution',
  name,
  channels,
  kernel,
  stride,
  padding,
});
/** A layer with weights below the one in question: its gradient is right only if theirs passes down rightly. */
const below = conv('below', 3, 1, 1, 0);

interface Case {
  readonly name: string;
  readonly size: number;
  readonly layers: readonly Layer[];
}

const convolutions: readonly Case[] = [
  { kernel: 1, stride: 1, padding: 0, sizes: [5] },
  { kernel: 1, stride: 2, padding: 0, sizes: [6, 7] },
  { kernel: 3, stride: 1, padding: 1, sizes: [4, 5] },
  { kernel: 3, stride: 1, padding: 0, sizes: [6] },
  { kernel: 3, stride: 2, padding: 1, sizes: [7, 8] },
  { kernel: 3, stride: 2, padding: 0, sizes: [7, 8] },
  { kernel: 3, stride: 3, padding: 1, sizes: [7, 8, 9] },
  { kernel: 4, stride: 2, padding: 1, sizes: [8] },
  { kernel: 5, stride: 1, padding: 1, sizes: [7] },
  { kernel: 5, stride: 2, padding: 2, sizes: [7, 8] },
  { kernel: 7, stride: 2, padding: 3, sizes: [12, 13] },
].flatMap(({ kernel, stride, padding, sizes }) =>
  sizes.map((size) => ({
    name: `convolution ${kernel}x${kernel}, stride ${stride}, padding ${padding}, ${size} px`,
    size,
    layers: [below, conv('above', 2, kernel, stride, padding)],
  })),
);

const others: readonly Case[] = [
  {
    name: 'linear layer on grid of means',
    size: 6,
    layers: [
      below,
      { kind: 'grid-mean', name: 'means', grid: 2 },
      { kind: 'linear', name: 'above', features: 3 },
      { kind: 'linear', name: 'top', features: 2 },
    ],
  },
  { name: 'high-pass', size: 5, layers: [{ kind: 'high-pass', name: 'pass', gain: 6 }, below] },
  {
    name: 'sum of two branches that share a layer',
    size: 4,
    layers: [
      below,
      conv('left', 2, 3, 1, 1),
      { ...conv('right', 2, 1, 1, 0), from: ['below'] },
      { kind: 'sum', name: 'sum', from: ['left', 'right'] },
    ],
  },
  {
    name: 'batch normalisation',
    size: 5,
    layers: [below, { kind: 'batch-norm', name: 'bn' }, conv('above', 2, 3, 2, 1)],
  },
  ...[
    { kernel: 3, stride: 2, padding: 1, px: 7 },
    { kernel: 3, stride: 2, padding: 1, px: 8 },
    { kernel: 2, stride: 2, padding: 0, px: 6 },
    { kernel: 3, stride: 1, padding: 1, px: 5 },
  ].map(({ px, ...window }) => ({
    name: `max pooling ${window.kernel}x${window.kernel}, stride ${window.stride}, ${px} px`,
    size: px,
    layers: [below, { kind: 'max-pool' as const, name: 'pool', ...window }, conv('above', 2, 3, 1, 1)],
  })),
  {
    name: 'rectifier',
    size: 5,
    layers: [below, { kind: 'relu', name: 'relu' }, conv('above', 2, 3, 1, 1)],
  },
];

/** Kernels larger than what they see of an image, whose gradient is one product of all images. */
const wide: readonly Case[] = [
  { kernel: 1, stride: 1, padding: 0, channels: 1024, size: 2 },
  { kernel: 1, stride: 2, padding: 0, channels: 1024, size: 3 },
  { kernel: 3, stride: 1, padding: 1, channels: 128, size: 2 },
  { kernel: 3, stride: 2, padding: 1, channels: 128, size: 4 },
].map(({ kernel, stride, padding, channels, size }) => ({
  name: `wide convolution ${kernel}x${kernel}, stride ${stride}, ${size} px`,
  size,
  layers: [conv('below', channels, 1, 1, 0), conv('above', 24, kernel, stride, padding)],
}));

/** Convolutions that onnxruntime can do in blocks of 8 or 16 channels, with few and with many channels to read. */
const blocked: readonly Case[] = [
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 5, stride: 2, padding: 2 },
  { kernel: 5, stride: 1, padding: 1 },
].map(({ kernel, stride, padding }) => ({
  name: `convolutions ${kernel}x${kernel}, stride ${stride} of 16 channels`,
  size: 13,
  layers: [conv('below', 16, 3, 1, 1), conv('above', 32, kernel, stride, padding)],
}));

const block = await channelBlock();
/** Of an engine in float32 against differences in float64. */
const tolerance = 1e-5;

describe('the forward and the backward rule agree with the definition and its central differences in float64:', () => {
  it.each([...convolutions, ...others, ...wide, ...blocked])('$name', async ({ layers, size }) => {
    const example = exampleOf(layers, size);
    for (const form of [{}, { block }, { block, isFrugal: true }]) {
      const { output, gradients } = await example.run(form);
      expect(distance(output, example.reference())).toBeLessThan(tolerance);
      expect(over(tolerance, example.errorsOf(gradients))).toEqual({});
    }
  });
});

it('wide and blocked convolutions give the same bits with 1, 2, 3 and 8 threads', async () => {
  const layers = [conv('first', 32, 3, 1, 1), conv('narrowing', 1024, 1, 2, 0), conv('above', 256, 1, 1, 0)];
  const example = exampleOf(layers, 12, 0);
  const [first, ...others] = await Promise.all(
    [1, 2, 3, 8].map((cpus) => example.run({ block, isFrugal: true }, cpus)),
  );
  for (const other of others) expect(other).toEqual(first);
});

/** The errors that are not below a tolerance. */
function over(most: number, errors: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => !(error < most)));
}

/** |found - expected| / |expected|, as vectors. */
function distance(found: ArrayLike<number>, expected: Float64Array): number {
  expect(found.length).toBe(expected.length);
  return Math.hypot(...expected.map((value, i) => value - (found[i] as number))) / Math.hypot(...expected);
}

/** A network whose loss is a fixed random combination of its last layer's numbers, on two random images. */
function exampleOf(layers: readonly Layer[], size: number, mostProbes = 24) {
  const batch = 2;
  const top = layers.at(-1)?.name as string;
  const network: Network = { name: 'example', channels: 2, normalization: symmetric, layers, outputs: [top] };
  const layout = layOut(network, size);
  const shape = [batch, ...(layout.outputs[0]?.shape ?? [])];
  const random = randomOf(7, size);
  const combination = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  const objective: Objective = ({ graph, outputs }) => {
    graph.output('top', outputs[top] as string, shape);
    return { gradients: { [top]: graph.constant(combination, shape) } };
  };
  const images = Float32Array.from({ length: batch * 2 * size * size }, () => random.normal());
  const { weights } = initialParameters(layout, 1);
  const feeds: Tensors = {
    [imageName]: floatTensor(images, [batch, 2, size, size]),
    ...Object.fromEntries(
      weights.parameters.map(({ name, shape }, i) => [
        name,
        floatTensor(weights.views[i] as Float32Array, shape),
      ]),
    ),
  };
  const exact = new Map(
    weights.parameters.map(({ name }, i) => [name, Float64Array.from(weights.views[i] as Float32Array)]),
  );
  const reference = (): Float64Array => referenceForward(layout, Float64Array.from(images), exact);
  const loss = (): number =>
    reference().reduce((sum, value, i) => sum + value * (combination[i] as number), 0);
  const width = 1e-5;
  // Some of each parameter's weights, spread over it, and the loss's derivative in them.
  const probes = weights.parameters.map(({ name }) => {
    const values = exact.get(name) as Float64Array;
    const count = Math.min(values.length, mostProbes);
    const places = Array.from({ length: count }, (_, i) => Math.floor((i * values.length) / count));
    const derivatives = Float64Array.from(places, (place) => {
      const value = values[place] as number;
      values[place] = value + width;
      const upper = loss();
      values[place] = value - width;
      const lower = loss();
      values[place] = value;
      return (upper - lower) / (2 * width);
    });
    return { name, places, derivatives };
  });
  return {
    reference,
    async run(form: Form, cpus = 1) {
      const session = await openSession(trainingGraph(layout, batch, objective, form), { cpus });
      const results = await session.run(feeds);
      await session.close();
      return {
        output: results['top']?.data as Float32Array,
        gradients: new Map(
          weights.parameters.map(({ name }) => [name, results[gradientName(name)]?.data as Float32Array]),
        ),
      };
    },
    errorsOf: (gradients: ReadonlyMap<string, Float32Array>): Record<string, number> =>
      Object.fromEntries(
        probes.map(({ name, places, derivatives }) => {
          const found = places.map((place) => gradients.get(name)?.[place] as number);
          return [name, distance(found, derivatives)];
        }),
      ),
  };
}
