import { describe, expect, it } from 'vitest';
import { imageName, type Layer, type Network } from '../../../src/science/network/description.ts';
import { layOut, sizeOf } from '../../../src/science/network/layout.ts';
import { floatTensor, openSession, type Tensors } from '../../../src/science/onnx/session.ts';
import { symmetric } from '../../../src/science/network/pixels.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';
import { gradientName, trainingGraph, type Objective } from '../../../src/science/network/training-graph.ts';
import { randomOf } from '../../../src/science/random.ts';

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

/** A convolution is linear in each of its weights, so that central differences are exact whatever their width. */
const wide = { width: 0.5, tolerance: 2e-5 };
/** Curved layers: narrow differences, coarse in float32. */
const narrow = { width: 0.02, tolerance: 5e-3 };

interface Case {
  readonly name: string;
  readonly size: number;
  readonly layers: readonly Layer[];
  readonly width: number;
  readonly tolerance: number;
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
    ...wide,
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
    ...wide,
  },
  { name: 'high-pass', size: 5, layers: [{ kind: 'high-pass', name: 'pass', gain: 6 }, below], ...wide },
  {
    name: 'sum of two branches that share a layer',
    size: 4,
    layers: [
      below,
      conv('left', 2, 3, 1, 1),
      { ...conv('right', 2, 1, 1, 0), from: ['below'] },
      { kind: 'sum', name: 'sum', from: ['left', 'right'] },
    ],
    ...wide,
  },
  {
    name: 'batch normalisation',
    size: 5,
    layers: [below, { kind: 'batch-norm', name: 'bn' }, conv('above', 2, 3, 2, 1)],
    ...narrow,
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
    width: 3e-4,
    tolerance: 2e-2,
  })),
  {
    name: 'rectifier',
    size: 5,
    layers: [below, { kind: 'relu', name: 'relu' }, conv('above', 2, 3, 1, 1)],
    width: 0.002,
    tolerance: 2e-2,
  },
];

describe('the backward rule agrees with central differences:', () => {
  it.each([...convolutions, ...others])('$name', async ({ layers, size, width, tolerance }) => {
    const example = await openExample(layers, size);
    const { gradients } = await example.run();
    const errors: Record<string, number> = {};
    for (const [index, { name }] of example.weights.parameters.entries()) {
      const view = example.weights.views[index] as Float32Array;
      const expected: number[] = [];
      for (const [i, value] of view.entries()) {
        view[i] = value + width;
        const upper = (await example.run()).loss;
        const span = view[i] - value;
        view[i] = value - span;
        const lower = (await example.run()).loss;
        expected.push((upper - lower) / (2 * span));
        view[i] = value;
      }
      const found = gradients[name] as Float32Array;
      const error = Math.hypot(...expected.map((value, i) => value - (found[i] as number)));
      errors[name] = error / Math.hypot(...expected);
    }
    await example.close();
    expect(over(tolerance, errors)).toEqual({});
  });
});

/** The errors that are not below a tolerance. */
function over(tolerance: number, errors: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => !(error < tolerance)));
}

/** A network whose loss is a fixed random combination of its last layer's numbers, on two random images. */
async function openExample(layers: readonly Layer[], size: number) {
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
  const session = await openSession(trainingGraph(layout, batch, objective), { cpus: 1 });
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
  return {
    weights,
    async run() {
      const results = await session.run(feeds);
      const values = results['top']?.data as Float32Array;
      const gradients = Object.fromEntries(
        weights.parameters.map(({ name }) => [name, results[gradientName(name)]?.data as Float32Array]),
      );
      return {
        loss: values.reduce((sum, value, i) => sum + value * (combination[i] as number), 0),
        gradients,
      };
    },
    close: () => session.close(),
  };
}
