import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { writeNpy } from '../../../src/science/array/npy.ts';
import { openFaces } from '../../../src/science/ranking/faces.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const tags = { aperture: 2, exposureTime: 1, focalLength: 50, iso: 100 };
const variants = ['original', 'eyeFlip'];
const ids = ['a', 'b', 'c', 'd', 'e'];

/** Folders that share the faces among themselves; every picture of a face holds its own number. */
async function foldersOf(shares: readonly (readonly string[])[], size = 2): Promise<[string, string[]]> {
  const root = await folderOfTest();
  const index = join(root, 'photos.json');
  await writeFile(index, JSON.stringify({ photos: ids.map((id) => ({ id, tags })) }));
  const folders = shares.map(async (share, i) => {
    const folder = join(root, String(i));
    await mkdir(folder);
    await writeFile(join(folder, 'images.json'), JSON.stringify({ ids: share, variants }));
    const pictures = share.flatMap((id) => variants.map((_, variant) => 10 * ids.indexOf(id) + variant));
    const data = Uint8Array.from(
      pictures.flatMap((value) => Array.from({ length: 3 * size * size }, () => value)),
    );
    const shape = [share.length, variants.length, size, size, 3];
    await writeNpy(join(folder, 'images.npy'), { type: '|u1', shape, data });
    return folder;
  });
  return [index, await Promise.all(folders)];
}

describe('the faces of several folders', () => {
  it.each([[[ids]], [[['b', 'd'], [], ['a', 'c', 'e']]], [[['e'], ['d'], ['c'], ['b'], ['a']]]])(
    'come in the order of their ids, each with its own pictures: %j',
    async (shares) => {
      const source = await openFaces(...(await foldersOf(shares)));
      expect(source.faces.map(({ id }) => id)).toEqual(ids);
      const pictures = source.faces.flatMap((face) => [1, 0].map((variant) => ({ face, variant })));
      const pixels = await source.read(pictures);
      expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => pixels[12 * i])).toEqual([
        1, 0, 11, 10, 21, 20, 31, 30, 41, 40,
      ]);
      await source.close();
    },
  );

  it('are refused where they are none, or differ in size', async () => {
    await expect(openFaces(...(await foldersOf([[], []])))).rejects.toMatchObject({
      failure: { code: 'FACES_NONE' },
    });
    const [index, [small]] = await foldersOf([['a']]);
    const [, [large]] = await foldersOf([['b']], 4);
    await expect(openFaces(index, [small as string, large as string])).rejects.toMatchObject({
      failure: { code: 'FACES_SHAPE', message: expect.stringContaining('of 4 px') as string },
    });
  });
});
