import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/science/array/npy.ts';
import { describeFolders, type FolderSettings } from '../../../src/science/datasets/describe-folders.ts';
import type { ImageSources } from '../../../src/science/datasets/image-sets.ts';
import type { Describer, SetIndex } from '../../../src/science/datasets/describe-sets.ts';
import { folderOfTest } from '../../temporary-folder.ts';

let root: string;
let folders: ImageSources;
let settings: FolderSettings;
let logged: string[];

/** The red of an image. */
const describer: Describer = {
  width: 1,
  describe: (images, count) => {
    const pixels = images.length / 3 / count;
    const means = new Float32Array(count);
    for (let i = 0; i < images.length; i += 3) means[Math.floor(i / 3 / pixels)] = images[i] as number; // all pixels are alike
    return means;
  },
};

async function addPicture(path: string, red: number): Promise<void> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await sharp({ create: { width: 24, height: 20, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toFile(file);
}

beforeEach(async () => {
  root = await folderOfTest();
  for (let i = 0; i < 5; i++) await addPicture(`faces/${i}.png`, 10 * i);
  await addPicture('generated/stylegan2/deep/a.png', 200);
  await addPicture('generated/unheard-of/b.png', 210);
  await writeFile(join(root, 'faces/train.txt'), '0.png\n1.png\n4.png\n');
  await writeFile(join(root, 'faces/validation.txt'), '2.png\n');
  await writeFile(join(root, 'faces/test.txt'), '3.png\n');
  folders = {
    faces: join(root, 'faces'),
    generated: join(root, 'generated'),
    generatedValidation: undefined,
  };
  logged = [];
  settings = {
    output: join(root, 'output'),
    size: 16,
    batch: 2,
    crop: { from: 'image', margin: 1, beyond: 'extend' },
    jitter: { rotation: 0, scale: 0, shift: 0 },
    split: { validation: 0.2, test: 0.2 },
    seed: 1,
    cpus: 2,
    signal: new AbortController().signal,
    progress: () => undefined,
    log: (line) => logged.push(line),
  };
});

const rows = async (name: string) => [
  ...(await readNpy(join(root, 'output', name, 'features.npy'), '<f4')).data,
];

describe('describeFolders', () => {
  it('describes real faces and generated ones', async () => {
    const counts = await describeFolders(describer, folders, settings);
    expect(counts).toEqual({ described: 7, excluded: 0 });
    expect(await rows('train')).toEqual([0, 10, 40]);
    expect(await rows('validation')).toEqual([20]);
    expect(await rows('test')).toEqual([30]);
    expect(await rows('generated-test/StyleGAN2')).toEqual([200]);
    expect(await rows('generated-test/unheard-of')).toEqual([210]);
  });

  it('leaves out what it cannot read, and says so', async () => {
    await writeFile(join(root, 'faces/1.png'), 'no picture');
    await describeFolders(describer, folders, settings);
    expect(await rows('train')).toEqual([0, 40]);
    const index = JSON.parse(await readFile(join(root, 'output/train/index.json'), 'utf8')) as SetIndex;
    expect(index.ids).toEqual(['0.png', '4.png']);
    expect(index.excluded.map(({ id }) => id)).toEqual(['1.png']);
    expect(logged).toContain('train: 2 images, 1 left out');
  });

  it('fails when none of the real faces of a set can be used', async () => {
    await writeFile(join(root, 'faces/3.png'), 'no picture');
    await expect(describeFolders(describer, folders, settings)).rejects.toThrow(
      /FACES_NONE_USABLE none of the 1 images of the test set can be used; the first: IMAGE_/,
    );
  });
});
