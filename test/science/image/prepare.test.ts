import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../src/failure.ts';
import { cropBox } from '../../../src/science/image/crop.ts';
import { noJitter } from '../../../src/science/image/jitter.ts';
import { prepareImage } from '../../../src/science/image/prepare.ts';
import { texture, toSharp } from './pictures.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const still = { rotation: 0, scale: 0, shift: 0 };
const restless = { rotation: 0.05, scale: 0.03, shift: 0.5 };
const picture = texture(48, 32);
const file = join(folder, 'picture.png');
await writeFile(file, await toSharp(picture).png().toBuffer());
const base = {
  size: 32,
  crop: { from: 'image', margin: 1, beyond: 'extend' },
  jitter: still,
  seed: 3,
  id: 'picture.png',
} as const;

const prepared = (seed: number, id: string): Promise<Result<Uint8Array>> =>
  prepareImage(file, { ...base, jitter: restless, seed, id });

describe('prepareImage', () => {
  it('takes the largest square in the middle', async () => {
    const expected = cropBox(picture, { x: 8, y: 0, width: 32, height: 32 }, 32, noJitter);
    expect(await prepareImage(file, base)).toEqual({ ok: true, value: expected });
  });

  it('takes the square around the face', async () => {
    const found = await prepareImage(file, {
      ...base,
      size: 26,
      crop: { from: 'face', margin: 1.3, beyond: 'extend' },
      locateFace: () => Promise.resolve({ x: 10, y: 8, width: 10, height: 20 }),
    });
    const expected = cropBox(picture, { x: 2, y: 5, width: 26, height: 26 }, 26, noJitter);
    expect(found).toEqual({ ok: true, value: expected });
  });

  it('shows the same of a large JPEG decoded at a fraction of its size', async () => {
    const large = join(folder, 'large.jpg');
    await writeFile(large, await toSharp(texture(640, 480)).blur(6).jpeg({ quality: 95 }).toBuffer());
    const [full, reduced] = await Promise.all(
      (['full', 'reduced'] as const).map((decode) => prepareImage(large, { ...base, decode })),
    );
    if (full?.ok !== true || reduced?.ok !== true) throw new Error('not read');
    const distances = full.value.map((value, i) => Math.abs(value - (reduced.value[i] as number)));
    expect(Math.max(...distances)).toBeLessThan(8);
    expect(reduced.value).not.toEqual(full.value);
    // What is smaller than twice the result is decoded in full.
    expect(await prepareImage(file, { ...base, decode: 'reduced' })).toEqual(await prepareImage(file, base));
  });

  it('fails where no face is found', async () => {
    const found = await prepareImage(file, {
      ...base,
      crop: { from: 'face', margin: 1.3, beyond: 'extend' },
      locateFace: () => Promise.resolve(undefined),
    });
    expect(found).toMatchObject({ ok: false, failure: { code: 'FACE_NOT_FOUND', place: file } });
  });

  it('fails as reading does', async () => {
    expect(await prepareImage(join(folder, 'gone.png'), base)).toMatchObject({
      ok: false,
      failure: { code: 'IMAGE_UNREADABLE' },
    });
    expect(await prepareImage(file, { ...base, maximumPixels: 100 })).toMatchObject({
      ok: false,
      failure: { code: 'IMAGE_TOO_LARGE' },
    });
  });

  it('jitters by the seed and the id alone', async () => {
    const first = await prepared(3, 'a');
    expect(await prepared(3, 'a')).toEqual(first);
    expect(await prepared(4, 'a')).not.toEqual(first);
    expect(await prepared(3, 'b')).not.toEqual(first);
  });
});
