import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropBox } from '../../../src/science/image/crop.ts';
import { frameOf } from '../../../src/science/image/framing.ts';
import type { Image } from '../../../src/science/image/image.ts';
import { noJitter } from '../../../src/science/image/jitter.ts';
import { readImage } from '../../../src/science/image/read.ts';
import { decodeReduced, readReduced, type ReducedImage } from '../../../src/science/image/read-reduced.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { toSharp } from './pictures.ts';

const folder = await temporaryFolder();
const crop = { from: 'image', margin: 1, beyond: 'extend' } as const;

/** Broad waves, not the same in any two corners, so that a shift of a tenth of a pixel of the result shows. */
function waves(width: number, height: number): Image {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return Math.round(128 + 60 * Math.sin(x / 19 + (i % 3)) + 60 * Math.cos(y / 23 - x / 71));
  });
  return { width, height, data };
}

async function reduced(name: string, bytes: Buffer, shrink: number): Promise<ReducedImage> {
  await writeFile(join(folder, name), bytes);
  const result = await readReduced(join(folder, name), {}, () => shrink);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

/** The greatest and the mean difference of crops of 24 px from the full and from the reduced picture. */
async function differences(name: string, { image, width, height, place }: ReducedImage): Promise<number[]> {
  const full = await readImage(join(folder, name));
  if (!full.ok) throw new Error(full.failure.message);
  expect([width, height]).toEqual([full.value.width, full.value.height]);
  const frame = frameOf({ width, height }, crop);
  const expected = cropBox(full.value, frame, 24, noJitter);
  const found = cropBox(image, place(frame), 24, noJitter);
  const distances = Array.from(found, (value, i) => Math.abs(value - (expected[i] as number)));
  return [Math.max(...distances), distances.reduce((sum, each) => sum + each, 0) / distances.length];
}

describe('a JPEG read at a fraction of its size', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of orientation %i shows the same', async (orientation) => {
    const bytes = await toSharp(waves(400, 320))
      .withMetadata({ orientation })
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toBuffer();
    for (const shrink of [2, 4]) {
      const picture = await reduced('a.jpg', bytes, shrink);
      expect(picture.image.width).toBe(picture.width / shrink);
      const [most, mean] = await differences('a.jpg', picture);
      expect(most).toBeLessThan(6);
      expect(mean).toBeLessThan(1);
    }
  });

  it('is the largest of 8, 4 and 2 that is allowed', async () => {
    const bytes = await toSharp(waves(400, 320)).jpeg().toBuffer();
    for (const [allowed, width] of [
      [1.9, 400],
      [2, 200],
      [7.9, 100],
      [8, 50],
      [40, 50],
    ] as const)
      expect((await reduced('a.jpg', bytes, allowed)).image.width).toBe(width);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'of orientation %i shows the same where its sides are no whole multiples',
    async (orientation) => {
      const bytes = await toSharp(waves(407, 323))
        .withMetadata({ orientation })
        .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
        .toBuffer();
      for (const shrink of [2, 4, 8]) {
        const picture = await reduced('a.jpg', bytes, shrink);
        expect(picture.image.width).toBe(Math.floor(picture.width / shrink));
        const [most, mean] = await differences('a.jpg', picture);
        expect(most).toBeLessThan(6);
        expect(mean).toBeLessThan(1);
      }
    },
  );

  it('is made of what its coding holds of the smaller one, not of all its pixels', async () => {
    const checks = Uint8Array.from({ length: 320 * 320 * 3 }, (_, i) =>
      (Math.floor(i / 3) + Math.floor(i / 960)) % 2 === 0 ? 64 : 192,
    );
    const bytes = await toSharp({ width: 320, height: 320, data: checks }).jpeg({ quality: 100 }).toBuffer();
    await writeFile(join(folder, 'checks.jpg'), bytes);
    const direct = await sharp(`${join(folder, 'checks.jpg')}[shrink=2]`)
      .raw()
      .toBuffer();
    expect((await reduced('checks.jpg', bytes, 2)).image.data).toEqual(new Uint8Array(direct));
  });

  it.each(['a[b].jpg', '[shrink=4].jpg', 'a"b\'c.jpg', 'a\nb', 'é 日本.JPG'])(
    'may be named %j',
    async (name) => {
      const bytes = await toSharp(waves(400, 320)).jpeg().toBuffer();
      expect((await reduced(name, bytes, 2)).image.width).toBe(200);
    },
  );

  it('fails as a full one does', async () => {
    const bytes = await toSharp(waves(400, 320)).jpeg().toBuffer();
    await writeFile(join(folder, 'cut.jpg'), bytes.subarray(0, bytes.length >> 1));
    expect(await readReduced(join(folder, 'cut.jpg'), {}, () => 4)).toMatchObject({
      failure: { code: 'IMAGE_TRUNCATED' },
    });
    await writeFile(join(folder, 'a.jpg'), bytes);
    expect(await readReduced(join(folder, 'a.jpg'), { maximumPixels: 1000 }, () => 4)).toMatchObject({
      failure: { code: 'IMAGE_TOO_LARGE' },
    });
    expect(await readReduced(join(folder, 'gone.jpg'), {}, () => 4)).toMatchObject({
      failure: { code: 'IMAGE_UNREADABLE' },
    });
    expect(await decodeReduced(bytes, join(folder, 'gone.jpg'), {}, () => 4)).toMatchObject({
      failure: { code: 'IMAGE_UNREADABLE' },
    });
  });
});

it('any other picture is read at its own size', async () => {
  for (const format of ['png', 'tiff', 'webp'] as const) {
    const bytes = await sharp(await toSharp(waves(100, 80)).toFormat(format).toBuffer())
      .toFormat(format)
      .toBuffer();
    const picture = await reduced(`a.${format}`, bytes, 4);
    expect(picture.image.width).toBe(100);
    expect(await readImage(join(folder, `a.${format}`))).toMatchObject({ value: picture.image });
  }
});
