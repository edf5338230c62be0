import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import exifr from 'exifr';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/science/array/npy.ts';
import { writeDataSet } from '../../../src/science/camera/data-set.ts';
import { simulatePhoto } from '../../../src/science/camera/photo.ts';
import { splitFaces } from '../../../src/science/datasets/faces.ts';
import { listGenerators } from '../../../src/science/datasets/generators.ts';
import { paperGenerators } from '../../../src/science/paper/paper.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const sizes = {
  seed: 6,
  size: 32,
  photos: 60,
  faces: { train: 5, validation: 3, test: 4 },
  generated: { validation: 1, test: 2 },
};
const root = await temporaryFolder();
const progress: [number, number][] = [];

beforeAll(async () => {
  for (const workers of [1, 2]) {
    const onProgress = (done: number, total: number): unknown =>
      workers === 2 && progress.push([done, total]);
    const output = await mkdtemp(join(root, 'run-'));
    folders.push(output);
    await writeDataSet(sizes, { output, workers, signal: new AbortController().signal, onProgress });
  }
});
const folders: string[] = [];
const folder = (...names: string[]): string => join(folders[0] as string, ...names);

async function digests(path: string): Promise<Map<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digest = async (file: string): Promise<[string, string]> => [
    file.slice(path.length + 1),
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ];
  return new Map(await Promise.all(files.toSorted().map(digest)));
}

describe('the simulated data set', () => {
  it('has the same bytes from one worker and from two', async () => {
    const one = await digests(folders[0] as string);
    expect(one.size).toBe(60 + 12 + 9 * 3 + 3 + 2);
    expect(await digests(folders[1] as string)).toEqual(one);
  });

  it('tells of its progress up to the last picture', () => {
    expect(progress.at(-1)).toEqual([99, 99]);
    expect(progress.length).toBeGreaterThan(5);
  });

  it('numbers the photos and writes the settings of each into its EXIF', async () => {
    const names = await readdir(folder('photos'));
    expect(names.toSorted().slice(0, 2)).toEqual(['000000.jpg', '000001.jpg']);
    for (const index of [0, 59]) {
      const exif = (await exifr.parse(
        folder('photos', `0000${String(index).padStart(2, '0')}.jpg`),
      )) as unknown;
      const { tags } = simulatePhoto(6, index, 'photos', 32);
      expect(exif).toMatchObject({
        FNumber: tags.aperture,
        ExposureTime: tags.exposureTime,
        FocalLength: tags.focalLength,
        ISO: tags.iso,
      });
    }
  });

  it('brings the landmarks of the photos as the landmarks stage writes them', async () => {
    const { shape, data } = await readNpy(folder('landmarks', 'landmarks.npy'), '<f4');
    expect(shape).toEqual([60, 68, 2]);
    expect(data.slice(59 * 136)).toEqual(simulatePhoto(6, 59, 'photos', 32).landmarks);
    const description = JSON.parse(await readFile(folder('landmarks', 'landmarks.json'), 'utf8')) as {
      ids: string[];
      boxes: number[][];
      confidence: number[];
    };
    expect(description).toMatchObject({ source: 'simulator', missing: [] });
    expect(description.ids).toEqual((await readdir(folder('photos'))).toSorted());
    expect(description.boxes).toHaveLength(60);
    expect(description.boxes[0]).toHaveLength(4);
    expect(new Set(description.confidence)).toEqual(new Set([1]));
  });

  it('has faces in the layout of CelebA-HQ, without EXIF, in three lists', async () => {
    const split = await splitFaces(folder('faces'), { validation: 0.2, test: 0.2 }, 1);
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([5, 3, 4]);
    expect(split.validation).toEqual(
      ['00005.jpg', '00006.jpg', '00007.jpg'].map((name) => `celeba_hq_256/${name}`),
    );
    await expect(exifr.parse(folder('faces', 'celeba_hq_256', '00000.jpg'))).resolves.toBeUndefined();
  });

  it.each([
    ['generated', 2],
    ['generated-validation', 1],
  ])('has in %s nine generators with %i faces each, known by name', async (name, count) => {
    const generators = await listGenerators(folder(name));
    expect(generators.map((generator) => generator.name)).toEqual(paperGenerators);
    for (const { files } of generators) expect(files).toHaveLength(count);
  });

  it('ends when it is told to', async () => {
    const output = await mkdtemp(join(root, 'aborted-'));
    const controller = new AbortController();
    const work = writeDataSet(
      { ...sizes, photos: 5000 },
      { output, workers: 1, signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(work).rejects.toThrow(/abort/i);
    expect((await readdir(join(output, 'photos'))).length).toBeLessThan(5000);
  });
});
