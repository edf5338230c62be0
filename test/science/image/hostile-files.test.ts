/** Files that are not what they seem, on the disk: each is read, or refused with the reason, and none is waited for. */
import { execFile } from 'node:child_process';
import { readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPhoto } from '../../../src/science/exif/photo.ts';
import { readFdfExif } from '../../../src/science/exif/read.ts';
import { readImage } from '../../../src/science/image/read.ts';
import { pixelAt, plain, texture, toSharp } from './pictures.ts';
import { pngChunk } from './png.ts';
import { tiffOf } from './tiff.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const picture = toSharp(texture(64, 48));

/** What becomes of a file of these bytes: its size, or the code and the reason. */
async function outcomeOf(name: string, bytes: Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  const image = await readImage(file);
  const photo = await readPhoto(file);
  // What ingest excludes, it excludes for the reason that everybody else is given.
  expect(image.ok ? photo : image).toMatchObject(image.ok ? { failure: { code: 'TAG_MISSING' } } : photo);
  return image.ok
    ? `${image.value.width} x ${image.value.height}`
    : `${image.failure.code} ${image.failure.message}`;
}

describe('a header that promises too much', () => {
  it.each([false, true])(
    'of a JPEG is believed before anything is decoded (progressive: %s)',
    async (progressive) => {
      const bytes = await picture.clone().jpeg({ progressive }).toBuffer();
      const frame = bytes.indexOf(progressive ? '\xff\xc2' : '\xff\xc0', 0, 'latin1');
      bytes.writeUInt16BE(65_500, frame + 5);
      bytes.writeUInt16BE(65_500, frame + 7);
      expect(await outcomeOf('giant.jpg', bytes)).toBe(
        'IMAGE_TOO_LARGE is 65500 x 65500 px; expected at most 100000000 pixels',
      );
    },
  );

  it.each([
    [1_000_000, 'IMAGE_TOO_LARGE is 1000000 x 1000000 px; expected at most 100000000 pixels'],
    [9000, 'IMAGE_DAMAGED is a TIFF whose data is damaged: tiff2vips: read error'],
    [0xffff_ffff, /^IMAGE_DAMAGED is a TIFF whose data is damaged: /],
  ])('of a TIFF is refused, or found to be untrue: %i px', async (side, outcome) => {
    expect(await outcomeOf('giant.tif', tiffOf({ side }))).toEqual(expect.stringMatching(outcome));
  });
});

describe('a TIFF', () => {
  it.each([2, 5000])('of %i pages is its first', async (pages) => {
    expect(await outcomeOf('pages.tif', tiffOf({ pages }))).toBe('16 x 16');
  });

  it('of more pages than anyone looks through is refused', async () => {
    expect(await outcomeOf('book.tif', tiffOf({ pages: 10_001 }))).toBe(
      'IMAGE_TOO_LARGE is a TIFF of more than 10000 pages; expected one picture',
    );
  });

  it.each([
    [1, 0],
    [3, 1],
    [20_000, 3],
  ])('whose %i pages lead back to one of them ends', async (pages, backTo) => {
    expect(await outcomeOf('ring.tif', tiffOf({ pages, backTo }))).toMatch(/^16 x 16$|^IMAGE_TOO_LARGE/);
  });

  it.each([0, 65_535])('that counts %i entries where it has nine is damaged', async (declared) => {
    expect(await outcomeOf('count.tif', tiffOf({ declared }))).toMatch(/^IMAGE_DAMAGED /);
  });
});

describe('a name', () => {
  it.each([
    ['jpeg', 'tif'],
    ['png', 'jpeg'],
    ['webp', 'PNG'],
    ['tiff', 'jpg'],
    ['avif', 'heic'],
    ['gif', 'webp'],
  ] as const)('of another format does not matter: a %s named .%s', async (format, extension) => {
    expect(await outcomeOf(`wrong.${extension}`, await picture.clone().toFormat(format).toBuffer())).toBe(
      '64 x 48',
    );
  });
});

describe('a picture of a telephone', () => {
  it('in HEVC is left out with what to do about it; cut off, it is cut off', async () => {
    const bytes = await readFile(join(import.meta.dirname, '../../fixtures/image/hevc.heic'));
    expect(await outcomeOf('phone.HEIC', bytes)).toBe(
      "IMAGE_UNSUPPORTED is an HEIC picture, whose coding (HEVC) sharp's own libvips cannot decode; convert it to JPEG or AVIF",
    );
    for (const share of [0.2, 0.5, 0.95])
      expect(await outcomeOf('cut.heic', bytes.subarray(0, bytes.length * share))).toMatch(
        /^IMAGE_TRUNCATED /,
      );
  });
});

describe('an animated PNG', () => {
  it('is what a reader that knows no animation shows', async () => {
    const [first, second] = [
      await plain('#c00000').png().toBuffer(),
      await plain('#0000c0').png().toBuffer(),
    ];
    const image = await readImage(await written('animated.png', animated(first, second)));
    expect(image.ok && pixelAt(image.value, 10, 10)).toEqual([0xc0, 0, 0]);
  });
});

describe('a colour profile', () => {
  it.each(['jpeg', 'png', 'tiff', 'webp'] as const)(
    'of Adobe RGB in a %s is converted to sRGB',
    async (format) => {
      const profile = await written('adobe.icc', adobeRgb());
      // What each standard makes of the light of sRGB's own primaries.
      const stored = { '#ff0000': [219, 0, 0], '#00ff00': [144, 255, 60], '#0000ff': [0, 0, 250] };
      for (const [colour, values] of Object.entries(stored)) {
        const bytes = await plain(colour)
          .withIccProfile(profile)
          .toFormat(format, { quality: 100, ...(format === 'webp' && { lossless: true }) })
          .toBuffer();
        const raw = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
        expect(farthest([...raw.subarray(0, 3)], values), `${colour} as stored`).toBeLessThanOrEqual(3);
        const image = await readImage(await written(`adobe.${format}`, bytes));
        const expected = [...Buffer.from(colour.slice(1), 'hex')];
        expect(image.ok && farthest(pixelAt(image.value, 10, 10), expected), colour).toBeLessThanOrEqual(4);
      }
    },
  );
});

describe('what is in a folder and no file', () => {
  it.each([
    ['a pipe', 'it is no file', (path: string) => promisify(execFile)('mkfifo', [path])],
    ['a device', 'it is no file', (path: string) => symlink('/dev/zero', path)],
    ['a folder behind a link', 'it is a folder', (path: string) => symlink(folder, path)],
    ['a name too long to be one', 'its name is too long', () => Promise.resolve()],
  ] as const)('is refused without waiting: %s', async (what, reason, make) => {
    const path = join(folder, `${what}${what.startsWith('a name') ? 'x'.repeat(300) : ''}.jpg`);
    await make(path);
    const failure = { code: 'IMAGE_UNREADABLE', message: `cannot be read: ${reason}`, place: path };
    expect(await readImage(path)).toEqual({ ok: false, failure });
    expect(await readPhoto(path)).toEqual({ ok: false, failure });
    expect(await readFdfExif(path)).toEqual({});
  });

  it('is refused without waiting: a socket', async () => {
    const path = join(folder, 'socket.jpg');
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(path, resolve));
    const reading = readImage(path);
    await expect(reading).resolves.toMatchObject({ failure: { message: 'cannot be read: it is a socket' } });
    await new Promise((resolve) => server.close(resolve));
  });

  it('has no settings: a file of another kind and of any length', async () => {
    const path = await written('settings.json', '{"EXIF": {"ISO Speed Ratings": "200"}}');
    expect(await readFdfExif(path)).toEqual({ ISO: '200' });
    await truncate(path, 2 ** 31); // takes no room on the disk
    expect(await readFdfExif(path)).toEqual({});
    await rm(path);
  });
});

describe('a file that changes while it is read', () => {
  it('is a picture, cut off, or gone, whenever that happens', async () => {
    const bytes = await toSharp(texture(300, 200)).jpeg().toBuffer();
    const file = join(folder, 'changing.jpg');
    const outcomes = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await writeFile(file, bytes);
      const change = i % 3 === 0 ? rm(file) : truncate(file, Math.floor((bytes.length * (i % 7)) / 7));
      const results = await Promise.all([readImage(file), readPhoto(file), readImage(file), change]);
      for (const result of results) if (result) outcomes.add(result.ok ? 'whole' : result.failure.code);
    }
    const possible = ['whole', 'IMAGE_TRUNCATED', 'IMAGE_NOT_AN_IMAGE', 'IMAGE_UNREADABLE', 'TAG_MISSING'];
    expect(possible).toEqual(expect.arrayContaining([...outcomes]));
    expect(outcomes.size).toBeGreaterThan(1);
  });
});

const written = async (name: string, content: Buffer | string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

const farthest = (found: readonly number[], expected: readonly number[]): number =>
  Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))));

/** The chunks of a PNG, each with its length, type and check. */
function chunksOf(png: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 8; at < png.length; at += (chunks.at(-1) as Buffer).length)
    chunks.push(png.subarray(at, at + 12 + png.readUInt32BE(at)));
  return chunks;
}

const typeOf = (chunk: Buffer): string => chunk.toString('latin1', 4, 8);

const wordsOf = (...words: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => bytes.writeUInt32BE(word, 4 * i));
  return bytes;
};

/** Two pictures of one size as an animated PNG (PNG 3rd edition, 11.3.6), of 20 x 20 px; readers of plain PNG see the first. */
function animated(first: Buffer, second: Buffer): Buffer {
  const [frames, frame, data] = [
    new Map<string, Buffer>(),
    Buffer.from([0, 1, 0, 10, 0, 0]),
    chunksOf(second),
  ];
  for (const each of chunksOf(first)) frames.set(typeOf(each), each);
  const image = data.find((each) => typeOf(each) === 'IDAT') as Buffer;
  return Buffer.concat([
    first.subarray(0, 8),
    frames.get('IHDR') as Buffer,
    pngChunk('acTL', wordsOf(2, 0)),
    pngChunk('fcTL', Buffer.concat([wordsOf(0, 20, 20, 0, 0), frame])),
    frames.get('IDAT') as Buffer,
    pngChunk('fcTL', Buffer.concat([wordsOf(1, 20, 20, 0, 0), frame])),
    pngChunk('fdAT', Buffer.concat([wordsOf(2), image.subarray(8, -4)])),
    frames.get('IEND') as Buffer,
  ]);
}

/** A profile (ICC.1:2001) of Adobe RGB (1998): its primaries adapted to D50, and its gamma of 2 51/256. */
function adobeRgb(): Buffer {
  const fixed = (...values: number[]): Buffer =>
    Buffer.concat([
      Buffer.from('XYZ \0\0\0\0', 'latin1'),
      wordsOf(...values.map((value) => Math.round(value * 65_536))),
    ]);
  const gamma = Buffer.concat([
    Buffer.from('curv\0\0\0\0', 'latin1'),
    wordsOf(1),
    Buffer.from([2, 51, 0, 0]),
  ]);
  const description = Buffer.concat([
    Buffer.from('desc\0\0\0\0', 'latin1'),
    wordsOf(5),
    Buffer.from('wide\0', 'latin1'),
    Buffer.alloc(78),
  ]);
  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0none\0', 'latin1')],
    ['wtpt', fixed(0.9642, 1, 0.8249)],
    ['rXYZ', fixed(0.60974, 0.31111, 0.01947)],
    ['gXYZ', fixed(0.20528, 0.62567, 0.06087)],
    ['bXYZ', fixed(0.14919, 0.06322, 0.74457)],
    ['rTRC', gamma],
    ['gTRC', gamma],
    ['bTRC', gamma],
  ];
  const table: Buffer[] = [wordsOf(tags.length)];
  const bodies: Buffer[] = [];
  let at = 132 + 12 * tags.length;
  for (const [name, data] of tags) {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    table.push(Buffer.from(name, 'latin1'), wordsOf(at, data.length));
    bodies.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.write('\x02\x10\0\0mntrRGB XYZ ', 8, 'latin1');
  header.write('acsp', 36, 'latin1');
  wordsOf(63_190, 65_536, 54_061).copy(header, 68); // D50
  return Buffer.concat([header, ...table, ...bodies]);
}
