import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PhotoIndex } from '../../src/science/datasets/photos.ts';
import type { Metric } from '../../src/stage.ts';
import ingest from '../../stages/ingest.ts';
import type {
  IngestParameters,
  PhotoListParameters,
  PhotoReadingsParameters,
} from '../../stages/parameters.ts';
import photoList from '../../stages/photo-list.ts';
import photoReadings from '../../stages/photo-readings.ts';
import { runStage, type TestHost } from './run-stage.ts';
import { fdfTags, writeFdf } from '../science/datasets/miniature-trees.ts';
import { texture, toSharp } from '../science/image/pictures.ts';
import { folderOfTest, temporaryFolder } from '../temporary-folder.ts';

const root = await temporaryFolder();
const settings = { FNumber: '28/10', ExposureTime: '1/60', FocalLength: '50/1', ISOSpeedRatings: '200' };
const photo = await toSharp(texture(40, 24)).withExif({ IFD2: settings }).jpeg().toBuffer();
const bare = await toSharp(texture(20, 20)).jpeg().toBuffer();
const tiny = await toSharp(texture(1, 1)).png().toBuffer();
const params = {
  layout: 'folder',
  licences: null,
  candidates: null,
  limit: null,
  duplicates: 'keep',
  maximumBroken: 0.5,
  maximumPixels: 1000,
  seed: 1,
  shards: 1,
} satisfies PhotoListParameters & PhotoReadingsParameters & IngestParameters;

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
  /** By shard. */
  readonly parts: { readonly files: string[]; readonly index: PhotoIndex }[];
}

/** The three stages one after the other. */
async function run(
  photos: string,
  changes: Partial<PhotoListParameters & PhotoReadingsParameters & IngestParameters> = {},
  host: TestHost = {},
): Promise<Outcome> {
  const { layout, licences, candidates, limit, duplicates, maximumBroken, maximumPixels, seed, shards } = {
    ...params,
    ...changes,
  };
  const listing = { layout, licences, candidates, seed, shards };
  const list = await runStage(photoList, listing, { photos }, host);
  const readings = [];
  for (let shard = 1; shard <= shards; shard++) {
    const inputs = { photos, list: join(list.output, String(shard), 'photos.jsonl') };
    const { output } = await runStage(photoReadings, { duplicates, maximumPixels }, inputs, {
      ...host,
      checkpoint: await folderOfTest(),
    });
    readings.push({ path: output, overrides: { 'shard.photos': shard } });
  }
  const joined = await runStage(ingest, { limit, maximumBroken, seed }, { readings }, host);
  const text = await readFile(join(joined.output, 'photos.json'), 'utf8');
  const parts = readings.map(async (_, i) => {
    const folder = join(joined.output, String(i + 1));
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8'));
    return {
      files: (await read('files.json')) as string[],
      index: (await read('photos.json')) as PhotoIndex,
    };
  });
  return {
    text,
    index: JSON.parse(text) as PhotoIndex,
    metrics: [...joined.metrics.values()],
    log: [...list.log, ...joined.log],
    parts: await Promise.all(parts),
  };
}

async function filesOf(photos: string, layout: 'fdf' | 'folder'): Promise<unknown> {
  const listing = { layout, licences: null, candidates: null, seed: 1, shards: 1 };
  const { output } = await runStage(photoList, listing, { photos });
  return JSON.parse(await readFile(join(output, '1/files.json'), 'utf8'));
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
    const [one, five] = [await run(everything, {}, { cpus: 1 }), await run(everything, {}, { cpus: 5 })];
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
    await expect(run(folder, { maximumBroken: 0.49 })).rejects.toMatchObject({
      failure: {
        code: 'PHOTOS_BROKEN',
        message:
          'holds 4 pictures of which 2 cannot be read (IMAGE_NOT_AN_IMAGE 2; the first: c.jpg begins with "c"; expected a JPEG, PNG, TIFF, WebP, GIF or AVIF picture); expected at most 49 %',
      },
    });
  });

  it('does not count whole photos without tags as broken, but needs one with them', async () => {
    const folder = await photosIn('bare', { 'a.jpg': bare, 'b.jpg': bare, 'c.png': tiny });
    await expect(run(folder, { maximumBroken: 0 })).rejects.toMatchObject({
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
    await expect(run(everything, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('reads Flickr Diverse Faces, and says what it passes over', async () => {
    const folder = await writeFdf(join(root, 'fdf'), { '0': { exif: fdfTags }, '1': {} }, { size: 24 });
    const { index, log } = await run(folder, { layout: 'fdf', limit: 2 });
    expect(index.photos.map(({ id, face }) => [id, face])).toEqual([
      ['images/24/0.png', { x: 6, y: 6, width: 12, height: 15 }],
    ]);
    expect(index.excluded).toEqual([]);
    expect(log).toEqual([
      'passed over 1 photos: the data set has no EXIF for them; the first: images/24/1.png',
      '1 photographs can be used, fewer than the 2 of ingest.limit',
    ]);
  });

  it.each([2, 5, 40])('gives the same index from %i shards', async (shards) => {
    for (const changes of [
      {},
      { limit: 2, seed: 3, maximumBroken: 1 },
      { duplicates: 'leave-out', limit: 1, maximumBroken: 1 },
    ] as const) {
      const whole = await run(everything, changes);
      const { text, log, metrics, parts } = await run(everything, { ...changes, shards });
      expect(text).toBe(whole.text);
      expect(log).toEqual(whole.log);
      expect(metrics).toEqual(whole.metrics);
      expect(parts).toHaveLength(shards);
      expect(parts.flatMap(({ files }) => files).toSorted()).toEqual(whole.parts[0]?.files);
      for (const { files, index } of parts) expect(index.photos.map(({ id }) => id)).toEqual(files);
    }
  });

  it('tells which files a shard reads, those with the settings too', async () => {
    const fdf = await writeFdf(join(root, 'fdf-files'), { '0': { exif: fdfTags }, '7': { exif: fdfTags } });
    const folder = await photosIn('beside', { 'a.png': bare, 'a.json': '{}', 'b.jpg': photo });
    expect(await filesOf(folder, 'folder')).toEqual(['a.png', 'a.json', 'b.jpg']);
    expect(await filesOf(fdf, 'fdf')).toEqual([
      'images/32/0.png',
      expect.stringMatching(/^exif\/\d+\.json$/),
      'images/32/7.png',
      expect.stringMatching(/^exif\/\d+\.json$/),
    ]);
  });

  it('looks at so many candidates, the same ones when there is one more', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.jpg`, photo]));
    const ids = async (name: string, more: Record<string, Buffer>): Promise<string[]> => {
      const { index } = await run(await photosIn(name, { ...files, ...more }), { candidates: 5 });
      return index.photos.map(({ id }) => id);
    };
    const before = await ids('twelve', {});
    expect(before).toHaveLength(5);
    const after = await ids('thirteen', { 'new.jpg': photo });
    expect(after.filter((id) => !before.includes(id)).length).toBeLessThanOrEqual(1);
  });
});
