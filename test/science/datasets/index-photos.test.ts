import { mkdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexPhotos } from '../../../src/science/datasets/index-photos.ts';
import { openPhotoSource } from '../../../src/science/datasets/open-photo-source.ts';
import { texture, toSharp } from '../image/pictures.ts';
import { fdfTags, writeFdf } from './miniature-trees.ts';
import { temporaryFolder, writeTree } from '../../temporary-folder.ts';

const root = await temporaryFolder();
const exif = { FNumber: '28/10', ExposureTime: '1/60', FocalLength: '50/1', ISOSpeedRatings: '200' };
const photoOf = (seed: number): Promise<Buffer> =>
  toSharp(texture(20, 20, seed))
    .withExif({ IFD2: exif })
    .jpeg()
    .toBuffer();
const options = { maximumPixels: 10_000, seed: 1, duplicates: 'leave-out', concurrency: 2 } as const;

const six = await writeTree(
  join(root, 'six'),
  Object.fromEntries(await Promise.all([0, 1, 2, 3, 4, 5].map(async (i) => [`${i}.jpg`, await photoOf(i)]))),
);
const { photos: candidates } = await openPhotoSource(six, { layout: 'folder' });

const draw = async (seed: number, concurrency = 2): Promise<string[]> =>
  (await indexPhotos(six, candidates, { ...options, limit: 3, seed, concurrency })).photos.map(
    ({ id }) => id,
  );

describe('indexPhotos', () => {
  it('leaves out later files of the same bytes', async () => {
    const folder = await writeTree(join(root, 'twins'), {
      'b.jpg': await photoOf(1),
      'a.JPG': await photoOf(1),
      'c.jpg': await photoOf(2),
      'sub/b.jpg': 'broken',
      'sub/c.jpg': 'broken',
    });
    const { photos: candidates } = await openPhotoSource(folder, { layout: 'folder' });
    const index = await indexPhotos(folder, candidates, options);
    expect(index.photos.map(({ id }) => id)).toEqual(['a.JPG', 'c.jpg']);
    expect(index.excluded.map(({ id, code, reason }) => [id, code, reason])).toEqual([
      ['b.jpg', 'PHOTO_DUPLICATE', 'has the same bytes as a.JPG'],
      ['sub/b.jpg', 'IMAGE_NOT_AN_IMAGE', expect.any(String)],
      ['sub/c.jpg', 'PHOTO_DUPLICATE', 'has the same bytes as sub/b.jpg'],
    ]);
    const all = await indexPhotos(folder, candidates, { ...options, duplicates: 'keep' });
    expect(all.photos).toHaveLength(3);
  });

  it('draws as many as asked for, by the seed, whatever the concurrency', async () => {
    const drawn = await draw(1);
    expect(drawn).toHaveLength(3);
    expect(drawn).toEqual(drawn.toSorted());
    expect(await draw(1, 5)).toEqual(drawn);
    const others = await Promise.all([2, 3, 4, 5].map((seed) => draw(seed)));
    expect(others).not.toEqual([drawn, drawn, drawn, drawn]);
  });

  it('has the data set’s box in pixels, its EXIF and its licence', async () => {
    const fdf = await writeFdf(join(root, 'fdf'), {
      '0': { exif: fdfTags },
      '1': { exif: { ...fdfTags, 'Aperture Value': 'F' } },
    });
    const { photos: candidates } = await openPhotoSource(fdf, { layout: 'fdf' });
    const index = await indexPhotos(fdf, candidates, options);
    expect(index.photos).toMatchObject([
      {
        id: 'images/32/0.png',
        tags: { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 },
        face: { x: 8, y: 8, width: 16, height: 20 },
        licence: { name: 'Attribution License', author: 'author-0' },
      },
    ]);
    expect(index.excluded).toEqual([
      {
        id: 'images/32/1.png',
        code: 'TAG_MISSING',
        reason: 'lacks aperture (FNumber "F" is not understood)',
      },
    ]);
  });

  it('goes on from its journal, and drops a line that was cut off', async () => {
    const folder = join(root, 'resumed');
    await mkdir(folder);
    const journal = join(folder, 'photos.jsonl');
    const first = await indexPhotos(six, candidates, { ...options, journal });
    const lines = (await readFile(journal, 'utf8')).split('\n');
    expect(lines).toHaveLength(candidates.length + 1);
    await truncate(journal, lines.slice(0, 4).join('\n').length + 10);

    // Pictures that the journal knows are not opened again: here they are not there.
    const gone = await writeTree(join(root, 'half-gone'), {
      '4.jpg': await photoOf(4),
      '5.jpg': await photoOf(5),
    });
    expect(await indexPhotos(gone, candidates, { ...options, journal })).toEqual(first);
    expect((await readFile(journal, 'utf8')).split('\n').toSorted()).toEqual(lines.toSorted());
  });

  it('stops when it is told to', async () => {
    await expect(
      indexPhotos(six, candidates, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
