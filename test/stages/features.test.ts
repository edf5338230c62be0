import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import { inferenceGraph } from '../../src/science/network/inference-graph.ts';
import { layOut } from '../../src/science/network/layout.ts';
import { demoNetwork } from '../../src/science/network/networks.ts';
import { GraphBuilder } from '../../src/science/onnx/graph.ts';
import { initialParameters } from '../../src/science/network/parameters.ts';
import { randomOf } from '../../src/science/random.ts';
import features from '../../stages/features.ts';
import imageFeatures from '../../stages/image-features.ts';
import imageList from '../../stages/image-list.ts';
import type { ImageFeaturesParameters, ImageListParameters } from '../../stages/parameters.ts';
import { runStage, type StageOutcome, type TestHost } from './run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Parameters = ImageFeaturesParameters & ImageListParameters;
const size = 16;
const params = {
  batch: 3,
  crop: { margin: 1, from: 'image', beyond: 'extend' },
  jitter: { rotation: 0.1, scale: 0, shift: 1 },
  split: { validation: 0.2, test: 0.2 },
  seed: 1,
  shards: 1,
} satisfies Parameters;

const root = await temporaryFolder();
beforeAll(async () => {
  for (let i = 0; i < 10; i++) await writePicture(`faces/${i}.png`);
  for (const file of ['made/LDM/0.png', 'made/LDM/1.png', 'made/SDXL/deep/0.png']) await writePicture(file);
  await writePicture('partly/0.png');
  await writeFile(join(root, 'partly/1.jpg'), 'no picture');
  await writeFile(join(root, 'partly/train.txt'), '1.jpg\n0.png\n');
  await writeFile(join(root, 'partly/validation.txt'), '');
  await writeFile(join(root, 'partly/test.txt'), '');
  const layout = layOut(demoNetwork([4, 4, 4], 6), size);
  await writeFile(join(root, 'model.onnx'), inferenceGraph(layout, initialParameters(layout, 1)));
  await writeFile(join(root, 'means.onnx'), colourMeans());
});

describe('features', () => {
  it("writes a row of the model's features for each image of each set", async () => {
    const { output, metrics } = await run('model.onnx');
    const sets = [
      'train',
      'validation',
      'test',
      'generated-test/LDM',
      'generated-test/SDXL',
      'generated-validation/LDM',
    ];
    const shapes = [];
    for (const set of sets) shapes.push((await readNpy(join(output, set, 'features.npy'), '<f4')).shape);
    expect(shapes).toEqual([
      [6, 6],
      [2, 6],
      [2, 6],
      [2, 6],
      [1, 6],
      [2, 6],
    ]);
    expect(metrics.get('images')?.value).toBe(16);
    expect(metrics.get('excluded')?.value).toBe(0);
  });

  it('gives the same bytes with one core and with two', async () => {
    const [one, two] = [await run('model.onnx', {}, { cpus: 1 }), await run('model.onnx', {}, { cpus: 2 })];
    const [first, second] = await Promise.all(
      [one, two].map(({ output }) => readFile(join(output, 'train/features.npy'))),
    );
    expect(first).toEqual(second);
  });

  it.each([2, 3, 30])('gives the same bytes from %i shards', async (shards) => {
    for (const faces of ['faces', 'partly']) {
      const [whole, joined] = [
        await run('model.onnx', {}, {}, faces),
        await run('model.onnx', { shards }, {}, faces),
      ];
      for (const set of ['train', 'validation', 'test', 'generated-test/LDM', 'generated-validation/SDXL'])
        for (const file of ['features.npy', 'index.json'])
          expect(await readFile(join(joined.output, set, file))).toEqual(
            await readFile(join(whole.output, set, file)),
          );
      expect([...joined.metrics]).toEqual([...whole.metrics]);
    }
  });

  it('lists the files of a shard, each in one shard', async () => {
    const folders = { faces: join(root, 'faces'), generated: join(root, 'made') };
    const { output } = await runStage(
      imageList,
      { split: { ...params.split, generatedValidation: 0.5 }, shards: 4, seed: 1 },
      folders,
    );
    const filesOf = async (source: string): Promise<string[]> => {
      const lists = [1, 2, 3, 4].map(async (shard) =>
        readFile(join(output, `${shard}/${source}.json`), 'utf8'),
      );
      return (await Promise.all(lists)).flatMap((text) => JSON.parse(text) as string[]).toSorted();
    };
    expect(await filesOf('faces')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `${i}.png`));
    expect(await filesOf('generated')).toEqual(['LDM/0.png', 'LDM/1.png', 'SDXL/deep/0.png']);
    expect(await filesOf('generatedValidation')).toEqual([]);
  });

  it('takes any model: its first output where none is called features, its size from the parameters', async () => {
    const { output, log } = await run('means.onnx', { size: 8 });
    const { shape, data } = await readNpy(join(output, 'generated-test/SDXL/features.npy'), '<f4');
    const { channels } = await sharp(join(root, 'made/SDXL/deep/0.png')).stats();
    expect(log[0]).toBe('means: 3 numbers for each image of 8 px');
    expect(shape).toEqual([1, 3]);
    for (const [i, { mean }] of channels.entries()) expect(data[i]).toBeCloseTo(mean / 127.5 - 1, 1);
  });

  it('takes the output asked for', async () => {
    const { output } = await run('model.onnx', { output: 'heads' });
    expect((await readNpy(join(output, 'test/features.npy'), '<f4')).shape).toEqual([2, 5]);
    await expect(run('model.onnx', { output: 'logits' })).rejects.toMatchObject({
      failure: { code: 'MODEL_OUTPUT' },
    });
  });

  it('asks for the size that a model leaves open', async () => {
    await expect(run('means.onnx')).rejects.toMatchObject({ failure: { code: 'MODEL_SIZE' } });
  });

  it('lists images that cannot be used, and goes on', async () => {
    const { output, metrics } = await run('model.onnx', {}, {}, 'partly');
    const { ids, excluded } = JSON.parse(await readFile(join(output, 'train/index.json'), 'utf8')) as {
      ids: string[];
      excluded: { id: string; code: string }[];
    };
    expect(ids).toEqual(['0.png']);
    expect(excluded).toMatchObject([{ id: '1.jpg' }]);
    expect(metrics.get('excluded')).toMatchObject({ value: 1 });
  });

  it('says so when no image of a set shows a face', async () => {
    await expect(
      run('model.onnx', { crop: { margin: 1.3, from: 'face', beyond: 'extend' } }),
    ).rejects.toMatchObject({
      failure: { code: 'FACES_NONE_USABLE' },
    });
  });
});

/** The three stages one after the other; the log is that of all. */
async function run(
  model: string,
  changes: Partial<Parameters> = {},
  host: TestHost = {},
  faces = 'faces',
): Promise<StageOutcome> {
  const { split, shards, ...settings } = { ...params, ...changes };
  const made = join(root, 'made');
  const folders = { faces: join(root, faces), generated: made, generatedValidation: made };
  const list = await runStage(imageList, { split, shards, seed: params.seed }, folders, host);
  const parts = [];
  const log: string[] = [];
  for (let shard = 1; shard <= shards; shard++) {
    const sets = join(list.output, String(shard), 'sets.json');
    const part = await runStage(
      imageFeatures,
      settings,
      { model: join(root, model), sets, ...folders },
      host,
    );
    parts.push({ path: part.output, overrides: { 'shard.images': shard } });
    log.push(...part.log);
  }
  const sets = join(list.output, 'sets.json');
  const joined = await runStage(features, {}, { sets, shards: parts }, host);
  return { ...joined, log: [...log, ...joined.log] };
}

async function writePicture(name: string): Promise<void> {
  const random = randomOf(2, name);
  const side = 24;
  const level = random.between(60, 200);
  const data = Uint8Array.from({ length: side * side * 3 }, () => level + 20 * random.normal());
  await mkdir(dirname(join(root, name)), { recursive: true });
  await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(join(root, name));
}

/** A model that gives the mean of each channel, of images of any size. */
function colourMeans(): Uint8Array {
  const graph = new GraphBuilder();
  const pixels = graph.input('pixels', ['batch', 3, 'height', 'width']);
  graph.output('means', graph.node('GlobalAveragePool', [pixels]), ['batch', 3, 1, 1]);
  return graph.model('means');
}
