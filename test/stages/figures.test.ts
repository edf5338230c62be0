import { copyFile, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { variantNames } from '../../src/science/manipulation/variants.ts';
import { writeNpy } from '../../src/science/array/npy.ts';
import { randomOf } from '../../src/science/random.ts';
import evaluate from '../../stages/evaluate.ts';
import figures from '../../stages/figures.ts';
import gmm from '../../stages/gmm.ts';
import pretrain from '../../stages/pretrain.ts';
import { featureFolder, normalRows } from './feature-folder.ts';
import { mixtureParameters } from './mixture-parameters.ts';
import { runStage, type TestInput } from './run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const size = 16; // px
const photographs = 40;
const params = {
  split: 'test',
  heldOut: 12,
  embedding: { faces: 30, perplexity: 30, iterations: 250 },
  seed: 7,
} as const;

type Inputs = Record<string, TestInput>;

const root = await temporaryFolder();

describe('figures', () => {
  let inputs: Inputs;

  it('draws every picture with its specification, and the page that shows them', async () => {
    inputs = await smallExperiment(root);
    const { output, metrics } = await runStage(figures, params, inputs, { marks: ['simulated'] });
    const charts = [
      'components',
      'embedding',
      'roc',
      'precision-recall',
      'likelihoods',
      'training',
      'ranking',
    ];
    expect((await readdir(output)).toSorted()).toEqual(
      [
        'figures.json',
        'figures.md',
        'faces.png',
        'landmarks.png',
        'manipulations.png',
        'detections.png',
        ...charts.flatMap((name) => [`${name}.png`, `${name}.svg`, `${name}.vl.json`]),
      ].toSorted(),
    );
    const page = await readFile(join(output, 'figures.md'), 'utf8');
    expect(page).toContain('# Simulated: pictures');
    for (const name of charts) expect(page).toContain(`(${name}.svg)`);
    const { ranking } = JSON.parse(await readFile(join(root, 'pretraining/held-out.json'), 'utf8')) as {
      ranking: Record<string, { share: number }>;
    };
    const shares = (await readFile(join(output, 'ranking.vl.json'), 'utf8')).match(/[\d.]+(?= %")/g);
    expect(shares).toEqual(Object.values(ranking).map(({ share }) => (100 * share).toFixed(1)));
    const trust = metrics.get('embedding.trustworthiness')?.value ?? 0;
    expect(trust).toBeGreaterThan(0.5);
    expect(trust).toBeLessThanOrEqual(1);
  });

  it('writes equal bytes again, whatever the number of cores', async () => {
    const [one, two] = [
      await runStage(figures, params, inputs, { cpus: 1 }),
      await runStage(figures, params, inputs, { cpus: 2 }),
    ];
    for (const name of await readdir(one.output))
      expect(
        (await readFile(join(one.output, name))).equals(await readFile(join(two.output, name))),
        name,
      ).toBe(true);
    expect(await readFile(join(one.output, 'figures.md'), 'utf8')).not.toContain('imulated');
  });

  it('leaves out what there is nothing for', async () => {
    const { components: _, ...rest } = inputs;
    const located = join(root, 'nobody'); // a shard of photographs without a face
    await mkdir(located);
    const { output } = await runStage(figures, { ...params, heldOut: 0 }, { ...rest, located });
    const { figures: list } = JSON.parse(await readFile(join(output, 'figures.json'), 'utf8')) as {
      figures: { name: string }[];
    };
    expect(list.map(({ name }) => name)).toEqual([
      'embedding',
      'roc',
      'precision-recall',
      'likelihoods',
      'training',
      'faces',
      'manipulations',
      'detections',
    ]);
  });
});

async function smallExperiment(root: string): Promise<Inputs> {
  const train = await featureFolder(join(root, 'train'), normalRows('train', 120, 3), 3);
  const real = await featureFolder(join(root, 'test'), normalRows('test', 24, 3), 3);
  await images(join(root, 'faces'), 24);
  for (const [folder, name, mean] of [
    ['stylegan2', 'StyleGAN2', 4],
    ['LDM', 'LDM', 1],
  ] as const) {
    await featureFolder(join(root, 'described', name), normalRows(name, 10, 3, mean), 3);
    await images(join(root, 'generated', folder), 10);
  }
  const mixtureOf = async (components: number) => {
    const mixture = await runStage(
      gmm,
      { ...mixtureParameters, regularization: 0.01, components },
      { train, validation: train },
    );
    const described = join(root, 'described');
    return keep(
      (
        await runStage(
          evaluate,
          { split: 'test', reals: 'all' },
          { mixture: mixture.output, real, generated: described },
        )
      ).output,
      join(root, `evaluation-${components}`),
    );
  };
  const [one, two] = [await mixtureOf(1), await mixtureOf(2)];
  const index = await photoIndex(join(root, 'index'));
  const manipulated = await pictures(join(root, 'manipulated'));
  const located = join(root, 'located');
  await mkdir(located);
  await copyFile(join(root, 'faces/0.jpg'), join(located, 'contact-sheet.png'));
  const pretraining = await runStage(pretrain, pretrainParams, { index, faces: manipulated });
  return {
    evaluation: one,
    realFeatures: real,
    generatedFeatures: join(root, 'described'),
    faces: join(root, 'faces'),
    generated: join(root, 'generated'),
    generatedValidation: join(root, 'generated'),
    index,
    located,
    manipulated,
    pretraining: await keep(pretraining.output, join(root, 'pretraining')),
    components: [one, two].map((path, at) => ({ path, overrides: { 'gmm.components': at + 1 } })),
  };
}

const pretrainParams = {
  network: 'demo',
  protocol: 'reference', // in which the order of exposure times is another
  loss: { exif: true, manipulation: true },
  epochs: 1,
  batch: 8,
  optimizer: {
    name: 'adamw',
    learningRate: 1e-3,
    weightDecay: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  },
  schedule: { name: 'one-cycle', warmUp: 0.1 },
  heldOut: 12,
  checkpointSeconds: 60,
  seed: 7,
} as const;

/** A stage's output goes when its test ends; this copy stays for the others. */
async function keep(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  return to;
}

async function images(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++)
    await sharp({
      create: { width: size, height: size, channels: 3, background: { r: 9 * i, g: 90, b: 60 } },
    })
      .jpeg()
      .toFile(join(folder, `${i}.jpg`));
}

const ids = Array.from({ length: photographs }, (_, i) => `${String(i).padStart(3, '0')}.jpg`);

async function photoIndex(folder: string): Promise<string> {
  await mkdir(folder);
  const random = randomOf(4, 'tags');
  const photos = ids.map((id) => ({
    id,
    width: size,
    height: size,
    camera: null,
    tags: {
      aperture: random.between(1.4, 22),
      exposureTime: random.between(0.001, 1),
      focalLength: random.between(18, 200),
      iso: random.between(100, 6400),
    },
  }));
  await writeFile(join(folder, 'photos.json'), JSON.stringify({ photos, excluded: [] }));
  return folder;
}

async function pictures(folder: string): Promise<string> {
  await mkdir(folder);
  const random = randomOf(4, 'pictures');
  const shape = [photographs, variantNames.length, size, size, 3];
  const data = Uint8Array.from({ length: photographs * variantNames.length * size * size * 3 }, () =>
    random.integer(256),
  );
  await writeNpy(join(folder, 'images.npy'), { type: '|u1', shape, data });
  await writeFile(join(folder, 'images.json'), JSON.stringify({ ids, variants: variantNames, excluded: [] }));
  return folder;
}
