/** Every number of the paper and of its authors' program against the resolved parameters of the two experiments. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { loadConfiguration } from '../../../src/config/configuration.ts';
import { expand } from '../../../src/graph/expand.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { networkNamed } from '../../../src/science/network/networks.ts';
import { rateAt, type Schedule } from '../../../src/science/network/schedule.ts';

const repository = join(import.meta.dirname, '../../..');

/** Parameters by stage, of the experiment itself and not of its comparisons. */
async function parametersOf(experiment: string): Promise<Readonly<Record<string, unknown>>> {
  const { configuration } = await loadConfiguration(repository, { experiment });
  if (configuration === undefined) throw new Error('it cannot be read');
  const { graph } = expand(configuration, ['evaluate']);
  const own = (graph?.nodes ?? []).filter(({ name, stage }) => name === stage);
  return Object.fromEntries(own.map(({ stage, params }) => [stage, params]));
}

/** What both have. */
const common = {
  'photo-list': { layout: 'fdf', licences: null, candidates: null },
  ingest: { limit: 200_000 },
  landmarks: { source: 'detector' },
  manipulate: {
    size: 224,
    crop: { from: 'face', margin: 1.3, beyond: 'clip' },
    jitter: { rotation: 0, scale: 0, shift: 0 },
  },
  pretrain: { network: 'resnet50', loss: { exif: true, manipulation: true }, epochs: 20, batch: 256 },
  'image-list': { split: { test: 5000, generatedTest: 5000 } },
  'image-features': { crop: { from: 'whole', margin: 1 }, jitter: { rotation: 0, scale: 0, shift: 0 } },
  gmm: {
    fitTo: 'train-and-validation',
    covariance: 'full',
    regularization: 1e-6,
    standardize: false,
    tolerance: 1e-3,
    maximumIterations: 100,
    start: 'k-means++',
    starts: 1,
    seed: 2024,
    percentile: 5,
  },
  evaluate: { split: 'test' },
};

describe("the experiment of the paper's text", async () => {
  const stages = await parametersOf('paper');

  it('has its numbers', () => {
    expect(stages).toMatchObject(common);
    expect(stages).toMatchObject({
      pretrain: {
        protocol: 'paper',
        heldOut: 0,
        optimizer: { name: 'adamw', learningRate: 1e-5, weightDecay: 1e-4 },
        schedule: { name: 'cosine', period: 1, minimum: 0 },
      },
      gmm: { components: 8 },
    });
  });
});

describe("the experiment of the authors' program", async () => {
  const stages = await parametersOf('reference');

  it('has its numbers', () => {
    expect(stages).toMatchObject(common);
    expect(stages).toMatchObject({
      pretrain: {
        protocol: 'reference',
        heldOut: 5000,
        optimizer: {
          name: 'adam',
          learningRate: 1e-5,
          weightDecay: 1e-4,
          beta1: 0.9,
          beta2: 0.98,
          epsilon: 1e-6,
        },
        schedule: { name: 'cosine', minimum: 1e-7, every: 'epoch' },
      },
      gmm: { components: 12 },
      evaluate: { reals: 'as-many' },
    });
  });

  it('has the rate at the bottom after 10 of 20 epochs, and at the top again in the end', () => {
    const { schedule } = stages['pretrain'] as { readonly schedule: Schedule };
    const full = { learningRate: 1e-5, beta1: 0.9 };
    const rate = (epoch: number): number => rateAt(schedule, full, 100 * epoch, 2000, 100).learningRate;
    expect(rate(0)).toBe(1e-5);
    expect(rate(10)).toBeCloseTo(1e-7, 12);
    // eta_min + (eta_max - eta_min)(1 + cos(pi epoch / T_max)) / 2, as PyTorch has it
    for (const epoch of [1, 5, 13, 19])
      expect(rate(epoch)).toBeCloseTo(
        1e-7 + ((1e-5 - 1e-7) * (1 + Math.cos((Math.PI * epoch) / 10))) / 2,
        12,
      );
  });
});

describe('the network of both', () => {
  it('takes 224 px normalised as CLIP does, and has features of 768 numbers and five heads', () => {
    const network = networkNamed('resnet50');
    expect(network.normalization).toEqual({
      mean: [0.48145466, 0.4578275, 0.40821073],
      deviation: [0.26862954, 0.26130258, 0.27577711],
    });
    const { layers } = layOut(network, 224);
    const shapes = Object.fromEntries(layers.map(({ layer, outputShape }) => [layer.name, outputShape]));
    expect(shapes).toMatchObject({ features: [768], heads: [5] });
  });
});
