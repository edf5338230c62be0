import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import { writeLandmarks } from '../../src/science/landmarks/landmark-set.ts';
import manipulate from '../../stages/manipulate.ts';
import type { ManipulateParameters } from '../../stages/parameters.ts';
import { facePointsAt, flip } from '../science/manipulation/face.ts';
import { type FacePhotos, writeFacePhotos, writeIndex } from './face-photos.ts';
import { runStage } from './run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = await temporaryFolder();
const simulated = await writeFacePhotos(join(root, 'simulated'), 40);
const params: ManipulateParameters = {
  shards: 1,
  size: 64,
  crop: { margin: 1, from: 'image', beyond: 'extend' },
  jitter: { rotation: 0.05, scale: 0.03, shift: 0.5 },
  flip,
  affine: { grid: 4, deviation: [0.02, 0.05] },
  seed: 1,
};
const still = { ...params, jitter: { rotation: 0, scale: 0, shift: 0 } };
const picture = 64 * 64 * 3;

describe('the manipulate stage', () => {
  it('writes every photo and its four manipulations in the order of the ids', async () => {
    const { output, metrics } = await runStage(manipulate, still, inputsOf(simulated));
    const { shape, data } = await readNpy(join(output, 'images.npy'), '|u1');
    const { ids, variants, excluded } = JSON.parse(await readFile(join(output, 'images.json'), 'utf8'));
    expect(shape).toEqual([40, 5, 64, 64, 3]);
    expect({ ids, excluded }).toEqual({ ids: simulated.ids, excluded: [] });
    expect(variants).toEqual(['original', 'eyeFlip', 'mouthFlipHorizontal', 'mouthFlipVertical', 'affine']);
    const original = await sharp(join(simulated.photos, '017.png')).raw().toBuffer();
    expect(Buffer.compare(data.subarray(17 * 5 * picture, (17 * 5 + 1) * picture), original)).toBe(0);
    for (const variant of [1, 2, 3, 4])
      expect(shareChanged(data, 17 * 5, 17 * 5 + variant)).toBeGreaterThan(variant === 4 ? 0.3 : 0.03);
    expect(metrics.get('photos.manipulated')).toMatchObject({ value: 40, count: 40 });
    expect((await stat(join(output, 'contact-sheet.png'))).size).toBeGreaterThan(1000);
  });

  it('shows some photos with their manipulations on a page whose sheet stays small', async () => {
    for (const [size, cell] of [
      [64, 128],
      [224, 160],
    ] as const) {
      const { output } = await runStage(manipulate, { ...still, size }, inputsOf(simulated));
      const page = await readFile(join(output, 'manipulations.md'), 'utf8');
      expect(page).toContain('![Manipulations](contact-sheet.png)');
      expect(page).toContain(
        `12 of 40 photographs with a face: as they are, and with each manipulation, made at ${size} px.`,
      );
      const { width } = await sharp(join(output, 'contact-sheet.png')).metadata();
      expect(width).toBe(6 + 5 * (cell + 6));
    }
  });

  it('shares one displacement between a photo and its variants', async () => {
    const { output } = await runStage(manipulate, params, inputsOf(simulated));
    const { data } = await readNpy(join(output, 'images.npy'), '|u1');
    for (const variant of [1, 2, 3]) expect(shareChanged(data, 0, variant)).toBeLessThan(0.4);
  });

  it('writes the same bytes with one worker and with three', async () => {
    const [one, three] = await Promise.all(
      [1, 3].map(async (cpus) => {
        const { output } = await runStage(manipulate, params, inputsOf(simulated), { cpus });
        return Promise.all(
          ['images.npy', 'images.json', 'contact-sheet.png'].map((file) => readFile(join(output, file))),
        );
      }),
    );
    expect(three).toEqual(one);
  });

  it('reduces large photos, cuts out the face and turns upright what the camera turned', async () => {
    const large = await writeLargePhoto(join(root, 'large'));
    const options = { ...still, crop: { margin: 0.9, from: 'face', beyond: 'extend' } } as const;
    const { output } = await runStage(manipulate, options, inputsOf(large));
    const { data } = await readNpy(join(output, 'images.npy'), '|u1');
    const centre = 3 * (32 * 64 + 32);
    expect(Array.from(data.subarray(0, 3))).toEqual([200, 40, 40]);
    expect(Array.from(data.subarray(centre, centre + 3))).toEqual([200, 40, 40]);
  });

  it('leaves out photos that cannot be read, and counts them', async () => {
    const folder = join(root, 'damaged');
    const damaged = await writeFacePhotos(folder, 3);
    await writeFile(join(damaged.photos, '001.png'), 'not a picture');
    const { output, metrics, log } = await runStage(manipulate, params, inputsOf(damaged));
    const { ids, excluded } = JSON.parse(await readFile(join(output, 'images.json'), 'utf8'));
    expect(ids).toEqual(['000.png', '002.png']);
    expect(excluded).toMatchObject([{ id: '001.png', code: 'IMAGE_NOT_AN_IMAGE' }]);
    expect((await readNpy(join(output, 'images.npy'), '|u1')).shape[0]).toBe(2);
    expect(metrics.get('photos.excluded')?.value).toBe(1);
    expect(log).toHaveLength(1);
  });

  it('fails when no photo can be used', async () => {
    const empty = await writeFacePhotos(join(root, 'empty'), 1);
    await writeFile(join(empty.photos, '000.png'), '');
    const run = runStage(manipulate, params, inputsOf(empty));
    await expect(run).rejects.toMatchObject({ failure: { code: 'FACES_UNUSABLE' } });
  });

  it('stops when the run is interrupted', async () => {
    const interruption = new AbortController();
    const progress = (): void => interruption.abort();
    const run = runStage(manipulate, params, inputsOf(simulated), { signal: interruption.signal, progress });
    await expect(run).rejects.toThrow(/abort/i);
  });
});

function inputsOf({
  photos,
  index,
  landmarks,
}: FacePhotos): Record<'photos' | 'index' | 'landmarks', string> {
  return { photos, index, landmarks };
}

/** The share of numbers that differ between two of the pictures. */
function shareChanged(data: Uint8Array, first: number, second: number): number {
  let changed = 0;
  for (let i = 0; i < picture; i++)
    if (data[first * picture + i] !== data[second * picture + i]) changed += 1;
  return changed / picture;
}

/** Lying on its side, 600 x 800 px when upright: blue, with a red square of 512 px from (50, 100) where the face is. */
async function writeLargePhoto(root: string): Promise<FacePhotos> {
  const [photos, index, landmarks] = ['photos', 'index', 'landmarks'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [photos, index, landmarks]) await mkdir(folder, { recursive: true });
  const red = {
    create: { width: 512, height: 512, channels: 3, background: { r: 200, g: 40, b: 40 } },
  } as const;
  const upright = await sharp({ create: { width: 600, height: 800, channels: 3, background: 'blue' } })
    .composite([{ input: await sharp(red).png().toBuffer(), left: 50, top: 100 }])
    .png()
    .toBuffer();
  await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toFile(join(photos, 'turned.png'));
  const face = {
    box: { x: 50, y: 100, width: 512, height: 512 },
    confidence: 1,
    landmarks: facePointsAt(306, 356, 300),
  };
  await writeLandmarks(landmarks, {
    source: 'declared',
    faces: new Map([['turned.png', face]]),
    missing: [],
  });
  await writeIndex(index, ['turned.png'], { width: 600, height: 800 });
  return { photos, index, landmarks, ids: ['turned.png'] };
}
