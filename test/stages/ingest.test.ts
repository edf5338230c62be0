import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PhotoIndex } from '../../src/science/datasets/photos.ts';
import type { Metric, StageContext } from '../../src/stage.ts';
import ingest from '../../stages/ingest.ts';
import type { IngestParameters } from '../../stages/parameters.ts';
import { fdfTags, writeFdf } from '../science/datasets/miniature-trees.ts';
import { texture, toSharp } from '../science/image/pictures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = await temporaryFolder();
const settings = { FNumber: '28/10', ExposureTime: '1/60', FocalLength: '50/1', ISOSpeedRatings: '200' };
const photo = await toSharp(texture(40, 24)).withExif({ IFD2: settings }).jpeg().toBuffer();
const bare = await toSharp(texture(20, 20)).jpeg().toBuffer();
const tiny = await toSharp(texture(1, 1)).png().toBuffer();
const params: IngestParameters = {
  layout: 'folder',
  licences: null,
  limit: null,
  duplicates: 'keep',
  maximumBroken: 0.5,
  maximumPixels: 1000,
  seed: 1,
};

async function photosIn(name: string, files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

interface Outcome {
  readonly text: string;
  readonly index: PhotoIndex;
  readonly metrics: Metric[];
  readonly log: string[];
}

let runs = 0;
async function run(photos: string, options: Partial<StageContext<IngestParameters>> = {}): Promise<Outcome> {
  const output = join(root, `output-${(runs += 1)}`);
  await mkdir(output);
  await mkdir(join(root, `checkpoint-${runs}`));
  const metrics: Metric[] = [];
  const log: string[] = [];
  const input = { path: photos, origin: '../photos', overrides: {} };
  await ingest.run({
    params,
    inputs: { one: () => input, optional: () => input, all: () => [input] },
    output,
    checkpoint: join(root, `checkpoint-${runs}`),
    cpus: 2,
    signal: new AbortController().signal,
    marks: [],
    mark: () => undefined,
    progress: () => undefined,
    log: (line) => log.push(line),
    metric: (metric) => metrics.push(metric),
    ...options,
  });
  const text = await readFile(join(output, 'photos.json'), 'utf8');
  return { text, index: JSON.parse(text) as PhotoIndex, metrics, log };
}

const everything = await photosIn('everything', {
  'good.jpg': photo,
  'UPPER.JPG': photo,
  'a b\n写.jpeg': photo,
  'bare.jpg': bare,
  'text.jpg': 'this is a text',
  'truncated.jpg': photo.subarray(0, photo.length - 30),
  'tiny.png': tiny,
  'huge.png': await toSharp(texture(60, 60)).png().toBuffer(),
  'notes.txt': 'no picture, never looked at',
});
await symlink(join(root, 'nowhere'), join(everything, 'dangling.jpg'));

describe('ingest', () => {
  it('lists what can be used and, with the reason, what cannot', async () => {
    const { index, log } = await run(everything);
    const tags = { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 };
    expect(index.photos).toEqual(
      ['UPPER.JPG', 'a b\n写.jpeg', 'good.jpg'].map((id) => ({
        id,
        width: 40,
        height: 24,
        tags,
        camera: null,
      })),
    );
    expect(index.excluded.map(({ id, code }) => [id, code])).toEqual([
      ['bare.jpg', 'TAG_MISSING'],
      ['dangling.jpg', 'IMAGE_UNREADABLE'],
      ['huge.png', 'IMAGE_TOO_LARGE'],
      ['text.jpg', 'IMAGE_NOT_AN_IMAGE'],
      ['tiny.png', 'IMAGE_TOO_SMALL'],
      ['truncated.jpg', 'IMAGE_TRUNCATED'],
    ]);
    for (const { reason } of index.excluded) expect(reason).not.toContain(root);
    expect(log).toHaveLength(6);
    expect(log).toContain('tiny.png: IMAGE_TOO_SMALL is 1 x 1 px; expected at least 16 px a side');
  });

  it('counts them by their codes', async () => {
    const { metrics } = await run(everything);
    expect(metrics.map(({ name, value, count }) => [name, value, count])).toEqual([
      ['photos.usable', 3, 9],
      ['photos.excluded.IMAGE_NOT_AN_IMAGE', 1, 9],
      ['photos.excluded.IMAGE_TOO_LARGE', 1, 9],
      ['photos.excluded.IMAGE_TOO_SMALL', 1, 9],
      ['photos.excluded.IMAGE_TRUNCATED', 1, 9],
      ['photos.excluded.IMAGE_UNREADABLE', 1, 9],
      ['photos.excluded.TAG_MISSING', 1, 9],
    ]);
  });

  it('writes the same bytes with one core and with five', async () => {
    const [one, five] = [await run(everything, { cpus: 1 }), await run(everything, { cpus: 5 })];
    expect(five.text).toBe(one.text);
  });

  it('bears broken files up to the share that is allowed', async () => {
    const folder = await photosIn('two-of-four', {
      'a.jpg': photo,
      'b.jpg': photo,
      'c.jpg': 'c',
      'd.jpg': 'd',
    });
    expect((await run(folder)).index.photos).toHaveLength(2);
    await expect(run(folder, { params: { ...params, maximumBroken: 0.49 } })).rejects.toMatchObject({
      failure: {
        code: 'PHOTOS_BROKEN',
        place: '../photos',
        message:
          'holds 4 pictures of which 2 cannot be read (IMAGE_NOT_AN_IMAGE 2; the first: c.jpg begins with "c"; expected a JPEG, PNG, TIFF, WebP, GIF or AVIF picture); expected at most 49 %',
      },
    });
  });

  it('does not count whole photos without tags as broken, but needs one with them', async () => {
    const folder = await photosIn('bare', { 'a.jpg': bare, 'b.jpg': bare, 'c.png': tiny });
    await expect(run(folder, { params: { ...params, maximumBroken: 0 } })).rejects.toMatchObject({
      failure: {
        code: 'PHOTOS_NONE',
        message: expect.stringContaining(
          'holds 3 pictures, none of which can be used (IMAGE_TOO_SMALL 1, TAG_MISSING 2',
        ) as string,
      },
    });
  });

  it('fails on a folder that is empty or not there', async () => {
    await expect(run(await photosIn('empty', {}))).rejects.toMatchObject({
      failure: { code: 'FOLDER_EMPTY' },
    });
    await expect(run(join(root, 'missing'))).rejects.toMatchObject({ failure: { code: 'FOLDER_MISSING' } });
  });

  it('stops when it is told to', async () => {
    await expect(run(everything, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('reads Flickr Diverse Faces, and says what it passes over', async () => {
    const folder = await writeFdf(join(root, 'fdf'), { '0': { exif: fdfTags }, '1': {} }, { size: 24 });
    const { index, log } = await run(folder, { params: { ...params, layout: 'fdf', limit: 2 } });
    expect(index.photos.map(({ id, face }) => [id, face])).toEqual([
      ['images/24/0.png', { x: 6, y: 6, width: 12, height: 15 }],
    ]);
    expect(index.excluded).toEqual([]);
    expect(log).toEqual([
      'passed over 1 photos: the data set has no EXIF for them; the first: images/24/1.png',
      '1 photographs can be used, fewer than the 2 of ingest.limit',
    ]);
  });
});
