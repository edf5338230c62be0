import { execFile } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listFdf } from '../../../src/science/datasets/fdf.ts';
import { fdfTags, pngOf, writeFdf } from './miniature-trees.ts';
import { temporaryFolder, writeTree } from '../../temporary-folder.ts';

const root = await temporaryFolder();
const nonCommercial = [
  'Attribution-NonCommercial License',
  'http://creativecommons.org/licenses/by-nc/2.0/',
] as const;
let trees = 0;
const newTree = (faces: Parameters<typeof writeFdf>[1]): Promise<string> =>
  writeFdf(join(root, `fdf-${(trees += 1)}`), faces);

describe('listFdf', () => {
  it('joins pictures, boxes, licences and the EXIF of their photographs', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '10': { exif: fdfTags }, '2': {} });
    const { photos, passedOver } = await listFdf(folder, {});
    expect(photos.map(({ id }) => id)).toEqual(['images/32/0.png', 'images/32/10.png']);
    expect(photos[1]).toEqual({
      id: 'images/32/10.png',
      exif: 'exif/900010.json',
      face: { x: 0.25, y: 0.25, width: 0.5, height: 0.625 },
      licence: {
        name: 'Attribution License',
        url: 'http://creativecommons.org/licenses/by/2.0/',
        author: 'author-10',
        source: 'http://www.flickr.com/photos/somebody@N010/900010/',
      },
    });
    expect(passedOver).toEqual([{ code: 'EXIF_MISSING', count: 1, first: 'images/32/2.png' }]);
  });

  it('takes the largest size there is', async () => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    await writeTree(folder, { 'images/8/0.png': await pngOf(1, 8), 'images/128/0.png': await pngOf(1, 128) });
    const { photos } = await listFdf(folder, {});
    expect(photos.map(({ id }) => id)).toEqual(['images/128/0.png']);
  });

  it('takes the tree of the paper’s authors', async () => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    await mkdir(join(folder, 'FDF/data'), { recursive: true });
    await rename(join(folder, 'exif'), join(folder, 'fdf_ccby2_exif_update_filtered_v2'));
    await mkdir(join(folder, 'FDF/data/fdf'));
    for (const part of ['images', 'fdf_metainfo.json'])
      await rename(join(folder, part), join(folder, 'FDF/data/fdf', part));
    expect((await listFdf(folder, {})).photos).toMatchObject([
      { id: 'FDF/data/fdf/images/32/0.png', exif: 'fdf_ccby2_exif_update_filtered_v2/90000.json' },
    ]);
  });

  it('takes the photo ids of names.json before those in the addresses', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '1': { exif: fdfTags } });
    await writeTree(folder, { 'names.json': '{"0": 90001}' });
    const { photos } = await listFdf(folder, {});
    expect(photos.map(({ exif }) => exif)).toEqual(['exif/90001.json', 'exif/90001.json']);
  });

  it('leaves out other licences than those named, by name or address', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '1': { exif: fdfTags, licence: nonCommercial } });
    for (const licence of ['attribution license', 'https://creativecommons.org/licenses/by/2.0']) {
      const { photos, passedOver } = await listFdf(folder, { licences: [licence] });
      expect(photos.map(({ id }) => id)).toEqual(['images/32/0.png']);
      expect(passedOver).toEqual([{ code: 'LICENCE_OTHER', count: 1, first: 'images/32/1.png' }]);
    }
  });

  it('counts the faces whose pictures are not there', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '1': { exif: fdfTags } });
    await rm(join(folder, 'images/32/1.png'));
    expect((await listFdf(folder, {})).passedOver).toEqual([{ code: 'IMAGE_MISSING', count: 1, first: '1' }]);
  });

  it('counts the pictures that nothing is said of, and photographs whose address names no photo', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '1': { exif: fdfTags } });
    await writeTree(folder, {
      'images/32/10.png': await pngOf(9),
      'images/32/9.png': await pngOf(9),
      'fdf_metainfo.json': JSON.stringify({
        '0': { bounding_box: [0, 0, 1, 1], photo_url: 'http://example.org/0.jpg' },
        '1': { bounding_box: [0, 0, 1, 1] },
      }),
    });
    expect(await listFdf(folder, {})).toEqual({
      photos: [],
      passedOver: [
        { code: 'ENTRY_MISSING', count: 2, first: 'images/32/10.png' },
        { code: 'EXIF_MISSING', count: 2, first: 'images/32/0.png' },
      ],
    });
  });

  it('passes over folders and pipes with the names of pictures and settings', async () => {
    const folder = await newTree({ '0': { exif: fdfTags }, '1': { exif: fdfTags } });
    await rm(join(folder, 'images/32/1.png'));
    await mkdir(join(folder, 'images/32/1.png'));
    await promisify(execFile)('mkfifo', [join(folder, 'exif/7.json'), join(folder, 'images/32/7.png')]);
    expect(await listFdf(folder, {})).toMatchObject({
      photos: [{ id: 'images/32/0.png' }],
      passedOver: [{ code: 'IMAGE_MISSING', count: 1, first: '1' }],
    });
  });

  it.each([
    [
      '{"0": {"bounding_box": [0, 0, 1, 1]}, "0": {"bounding_box": [0, 0, 1, 1]}}',
      'FDF_ENTRY',
      'two entries "0"',
    ],
    ['{"0": {"bounding_box": [0, 0', 'JSON_INVALID', 'ends early'],
    ['', 'JSON_INVALID', 'holds no object'],
    ['{"0": 3}', 'FDF_ENTRY', 'bounding_box nothing'],
  ])('refuses the description %s', async (text, code, message) => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    await writeFile(join(folder, 'fdf_metainfo.json'), text);
    await expect(listFdf(folder, {})).rejects.toMatchObject({
      failure: { code, message: expect.stringContaining(message) as string },
    });
  });

  it('does not wait for a pipe in the place of its description', async () => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    const file = join(folder, 'fdf_metainfo.json');
    await rm(file);
    await promisify(execFile)('mkfifo', [file]);
    await expect(listFdf(folder, {})).rejects.toMatchObject({
      failure: { code: 'JSON_INVALID', message: 'holds no object' },
    });
  });

  it('refuses photo ids that are no JSON', async () => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    await writeFile(join(folder, 'names.json'), '{"0": "90');
    await expect(listFdf(folder, {})).rejects.toMatchObject({ failure: { code: 'JSON_INVALID' } });
  });

  it.each(['fdf_metainfo.json', 'images', 'exif'])('says that %s is missing', async (part) => {
    const folder = await newTree({ '0': { exif: fdfTags } });
    await rm(join(folder, part), { recursive: true });
    await expect(listFdf(folder, {})).rejects.toMatchObject({
      failure: { code: 'FDF_INCOMPLETE', message: expect.stringContaining(part) as string },
    });
  });

  it.each([[undefined], [[0, 0, 64, 64]], [[0.5, 0.5, 0.5, 0.9]], [['0', '0', '1', '1']]])(
    'refuses the bounding box %j',
    async (box) => {
      const folder = await newTree({ '0': { exif: fdfTags } });
      await writeFile(join(folder, 'fdf_metainfo.json'), JSON.stringify({ '0': { bounding_box: box } }));
      await expect(listFdf(folder, {})).rejects.toMatchObject({ failure: { code: 'FDF_ENTRY' } });
    },
  );
});
