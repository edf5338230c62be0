import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import { randomOf } from '../../src/science/random.ts';
import statistics from '../../stages/statistics.ts';
import { runStage } from './run-stage.ts';
import { folderOfTest } from '../temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await folderOfTest();
  for (const file of [
    'faces/0.png',
    'faces/1.png',
    'faces/2.png',
    'faces/3.png',
    'faces/4.png',
    'made/LDM/0.png',
  ]) {
    const random = randomOf(1, file);
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, () => 128 + 20 * random.normal());
    await mkdir(join(root, file, '..'), { recursive: true });
    await sharp(data, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(join(root, file));
  }
});

it('statistics writes 29 named numbers for each real and generated image', async () => {
  const { output, metrics } = await runStage(
    statistics,
    {
      size: 32,
      crop: { margin: 1, from: 'image', beyond: 'extend' },
      jitter: { rotation: 0, scale: 0, shift: 0 },
      split: { validation: 0.2, test: 0.2 },
      seed: 1,
    },
    { faces: join(root, 'faces'), generated: join(root, 'made'), generatedValidation: join(root, 'made') },
  );
  const shapes = [];
  for (const set of ['train', 'validation', 'test', 'generated-test/LDM', 'generated-validation/LDM'])
    shapes.push((await readNpy(join(output, set, 'features.npy'), '<f4')).shape);
  expect(shapes).toEqual([
    [3, 29],
    [1, 29],
    [1, 29],
    [1, 29],
    [1, 29],
  ]);
  expect(JSON.parse(await readFile(join(output, 'names.json'), 'utf8'))).toHaveLength(29);
  expect(metrics.get('images')?.value).toBe(7);
});
