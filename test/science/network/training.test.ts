import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../../src/science/network/inference-graph.ts';
import { openImageModel } from '../../../src/science/network/image-model.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import { floatTensor, openSession, type Tensors } from '../../../src/science/onnx/session.ts';
import { initialParameters, type Block } from '../../../src/science/network/parameters.ts';
import { planeWriter, symmetric } from '../../../src/science/network/pixels.ts';
import { rateAt } from '../../../src/science/network/schedule.ts';
import { openTrainer } from '../../../src/science/network/trainer.ts';
import type { Trainer } from '../../../src/science/network/training-state.ts';
import { gradientName, trainingGraph } from '../../../src/science/network/training-graph.ts';
import { pairLabels, type Protocol, type Tags } from '../../../src/science/ranking/labels.ts';
import { manipulatedName, orderName, pretextObjective } from '../../../src/science/ranking/objective.ts';

interface Fixture {
  readonly widths: number[];
  readonly features: number;
  readonly size: number;
  readonly batch: number;
  readonly optimizer: {
    weightDecay: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    learningRate: number;
  };
  readonly weights: Record<string, number[]>;
  readonly pixels: number[];
  readonly tags: [number, number, number, number][];
  readonly manipulated: number[];
  readonly first: Record<
    Protocol,
    { 'loss.exif': number; 'loss.manipulation': number; gradients: Record<string, number[]> }
  >;
  readonly after: {
    warmUp: number;
    losses: [number, number][];
    state: Record<string, number[]>;
    features: number[];
    heads: number[];
  };
}

/** Made by make_training.py with PyTorch in float64. */
const fixture = JSON.parse(
  await readFile(new URL('../../fixtures/network/training.json', import.meta.url), 'utf8'),
) as Fixture;
const { size, batch } = fixture;
const layout = layOut(demoNetwork(fixture.widths, fixture.features), size);
const both = { exif: true, manipulation: true };
const pixels = Uint8Array.from(fixture.pixels);
const images = new Float32Array(pixels.length);
planeWriter(size, symmetric)(pixels, images);

describe('a training step', () => {
  it.each(['paper', 'reference'] as const)(
    'has the losses and gradients of PyTorch (%s)',
    async (protocol) => {
      const expected = fixture.first[protocol];
      const session = await openSession(trainingGraph(layout, batch, pretextObjective(both, protocol)), {
        cpus: 2,
      });
      const weights = initialParameters(layout, 0).weights;
      setWeights(weights);
      const results = await session.run({
        image: floatTensor(images, [batch, 3, size, size]),
        ...labels(protocol),
        ...Object.fromEntries(
          weights.parameters.map(({ name, shape }, i) => [
            name,
            floatTensor(weights.views[i] as Float32Array, shape),
          ]),
        ),
      });
      await session.close();

      expect(results['loss.exif']?.data[0]).toBeCloseTo(expected['loss.exif'], 5);
      expect(results['loss.manipulation']?.data[0]).toBeCloseTo(expected['loss.manipulation'], 5);
      const names = weights.parameters.map(({ name }) => name);
      expect(names).toEqual(Object.keys(fixture.weights));
      const gradients = Object.entries(expected.gradients).map(([name, gradient]) => ({
        name,
        error: relativeError(results[gradientName(name)]?.data as Float32Array, gradient),
      }));
      expect(gradients.filter(({ error }) => !(error < 2e-5))).toEqual([]);
    },
  );

  it('moves weights and statistics as PyTorch does, over twenty steps of one cycle', async () => {
    const trainer = await trainTwentySteps(2);
    const { weights, statistics } = trainer.state.parameters;
    const errors = [weights, statistics].flatMap(({ parameters, views }) =>
      parameters.map(({ name }, i) => ({
        name,
        error: relativeError(views[i] as Float32Array, fixture.after.state[name] as number[]),
      })),
    );
    const model = await openImageModel(inferenceGraph(layout, trainer.state.parameters), { cpus: 2 });
    for (const name of ['features', 'heads'] as const)
      errors.push({ name, error: relativeError(await model.run(pixels, name), fixture.after[name]) });
    expect(errors.filter(({ name, error }) => !(error < tolerance(name)))).toEqual([]);
    await model.close();
  });

  it('gives the same bits with one thread and with two, and each time', async () => {
    const once = await bitsAfterTwentySteps(1);
    expect(once.equals(await bitsAfterTwentySteps(2))).toBe(true);
    expect(once.equals(await bitsAfterTwentySteps(1))).toBe(true);
  });
});

/** A score's bias cancels in every pair: its gradient is rounding alone, which Adam makes a step of. */
const tolerance = (name: string): number => (name.startsWith('heads') ? 5e-3 : 1e-4);

async function bitsAfterTwentySteps(cpus: number): Promise<Buffer> {
  const { weights, statistics } = (await trainTwentySteps(cpus)).state.parameters;
  return Buffer.concat([weights, statistics].map(({ data }) => Buffer.from(data.buffer)));
}

async function trainTwentySteps(cpus: number): Promise<Trainer> {
  const { optimizer, after } = fixture;
  const trainer = await openTrainer({
    layout,
    batch,
    objective: pretextObjective(both, 'paper'),
    optimizer,
    seed: 0,
    cpus,
  });
  setWeights(trainer.state.parameters.weights);
  const schedule = { name: 'one-cycle', warmUp: after.warmUp } as const;
  for (const [step, [exif, manipulation]] of after.losses.entries()) {
    const rate = rateAt(schedule, optimizer, step, after.losses.length);
    const loss = await trainer.step(images, labels('paper'), rate);
    expect(loss['loss.exif']).toBeCloseTo(exif, 4);
    expect(loss['loss.manipulation']).toBeCloseTo(manipulation, 4);
  }
  await trainer.close();
  return trainer;
}

function labels(protocol: Protocol): Tensors {
  const tags = fixture.tags.map(([aperture, exposureTime, focalLength, iso]): Tags => ({
    aperture,
    exposureTime,
    focalLength,
    iso,
  }));
  return {
    [orderName]: floatTensor(pairLabels(tags, protocol), [batch, batch, 4]),
    [manipulatedName]: floatTensor(Float32Array.from(fixture.manipulated), [batch, 1]),
  };
}

function setWeights({ parameters, views }: Block): void {
  for (const [i, { name }] of parameters.entries()) views[i]?.set(fixture.weights[name] as number[]);
}

/** |found - expected| / |expected|, as vectors. */
function relativeError(found: Float32Array, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const difference = expected.map((value, i) => value - (found[i] as number));
  return Math.hypot(...difference) / Math.hypot(...expected);
}
