import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../../src/science/network/inference-graph.ts';
import { layOut, sizeOf } from '../../../src/science/network/layout.ts';
import { networkNamed } from '../../../src/science/network/networks.ts';
import { floatTensor, openSession } from '../../../src/science/onnx/session.ts';
import { block, type Block } from '../../../src/science/network/parameters.ts';
import { openGradients } from '../../../src/science/network/gradients.ts';
import type { Objective } from '../../../src/science/network/training-graph.ts';

/** Made by make_resnet.py with torchvision in float64. */
const fixture = JSON.parse(
  await readFile(new URL('../../fixtures/network/resnet.json', import.meta.url), 'utf8'),
) as {
  size: number;
  batch: number;
  names: string[];
  shapes: number[][];
  features: number[];
  heads: number[];
  training: { heads: number[]; gradients: Record<string, [norm: number, probe: number]> };
};
const { size, batch } = fixture;
const layout = layOut(networkNamed('resnet50'), size);
const weights = filled('weight');
const statistics = filled('statistic');
const images = floatTensor(symmetric(uniform(1000, batch * 3 * size * size)), [batch, 3, size, size]);

/**
 * Rectifiers near zero are open in float32 and closed in float64, or the other way: PyTorch's own gradients in float32
 * differ from these by up to .018, and which rectifiers depends on the order in which convolutions sum. That each
 * operator is exact is shown in operators.test.ts.
 */
const tolerance = { most: 0.06, half: 0.012 };

describe('ResNet-50', () => {
  it('has the parameters of torchvision, in their order', () => {
    expect(layout.parameters.map(({ name, shape }) => ({ name, shape }))).toEqual(
      fixture.names.map((name, i) => ({ name, shape: fixture.shapes[i] })),
    );
  });

  it('takes 224 px to 768 features and five heads with 25.1 million weights', () => {
    const full = layOut(networkNamed('resnet50'), 224);
    const shapes = new Map(full.layers.map(({ layer, outputShape }) => [layer.name, outputShape]));
    expect(shapes.get('maxpool')).toEqual([64, 56, 56]);
    expect(shapes.get('layer4.2')).toEqual([2048, 7, 7]);
    expect(full.outputs).toEqual([
      { name: 'features', shape: [768] },
      { name: 'heads', shape: [5] },
    ]);
    const count = weights.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(count).toBe(25_085_509);
  });

  it('gives the features and heads of torchvision', async () => {
    const session = await openSession(inferenceGraph(layout, { weights, statistics }), { cpus: 2 });
    const results = await session.run({ image: images });
    await session.close();
    for (const name of ['features', 'heads'] as const)
      expect(relativeError(results[name]?.data as Float32Array, fixture[name])).toBeLessThan(1e-4);
  });

  it('has the gradients of PyTorch in every parameter', async () => {
    const expected = fixture.training;
    const combination = symmetric(uniform(1001, batch * 5));
    const objective: Objective = ({ graph, outputs }) => {
      const weighted = graph.node('Mul', [
        outputs['heads'] as string,
        graph.constant(combination, [batch, 5]),
      ]);
      graph.output('loss', graph.node('ReduceSum', [weighted], { attributes: { keepdims: 0 } }), []);
      return { gradients: { heads: graph.constant(combination, [batch, 5]) } };
    };
    const source = await openGradients({ layout, weights, batch, objective, cpus: 2 });
    const { loss } = await source.compute(images.data as Float32Array, {});
    await source.close();

    const sum = expected.heads.reduce((total, head, i) => total + head * (combination[i] as number), 0);
    expect(Math.abs((loss as number) - sum) / length(expected.heads)).toBeLessThan(1e-4);
    const { parameters, views } = source.gradients;
    const errors = parameters.map(({ name }, index) => {
      const [norm, probe] = expected.gradients[name] as [number, number];
      const gradient = views[index] as Float32Array;
      const probes = uniform(2000 + fixture.names.indexOf(name), gradient.length);
      const found = gradient.reduce((total, value, i) => total + value * (2 * (probes[i] as number) - 1), 0);
      return { name, error: Math.max(Math.abs(length(gradient) - norm), Math.abs(found - probe)) / norm };
    });
    expect(errors.filter(({ error }) => !(error < tolerance.most))).toEqual([]);
    expect(errors.filter(({ error }) => error < tolerance.half).length).toBeGreaterThan(errors.length / 2);
  });
});

/** The parameters of a role, filled by the rule of make_resnet.py. */
function filled(role: 'weight' | 'statistic'): Block {
  const result = block(layout, role);
  for (const [i, { name, shape }] of result.parameters.entries()) {
    const numbers = uniform(fixture.names.indexOf(name), sizeOf(shape));
    const bound = Math.sqrt(3 / sizeOf(shape.slice(1)));
    const rule =
      shape.length > 1
        ? (u: number) => (2 * u - 1) * bound
        : /(weight|running_var)$/.test(name)
          ? (u: number) => 0.5 + u
          : (u: number) => (2 * u - 1) * 0.1;
    result.views[i]?.set(Float64Array.from(numbers, rule));
  }
  return result;
}

/** `count` numbers in [0, 1): a hash of (stream, index), as in make_resnet.py. */
function uniform(stream: number, count: number): Float64Array {
  const start = Math.imul(stream, 0x85ebca6b);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 0x9e3779b1) + start) | 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x7feb352d);
    x ^= x >>> 15;
    x = Math.imul(x, 0x846ca68b);
    x ^= x >>> 16;
    return (x >>> 0) / 2 ** 32;
  });
}

function symmetric(numbers: Float64Array): Float32Array {
  return Float32Array.from(numbers, (u) => 2 * u - 1);
}

/** |found - expected| / |expected|, as vectors. */
function relativeError(found: Float32Array, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return length(expected.map((value, i) => value - (found[i] as number))) / length(expected);
}

function length(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) ** 2;
  return Math.sqrt(sum);
}
