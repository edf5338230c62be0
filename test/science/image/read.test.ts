import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/failure.ts';
import type { Image } from '../../../src/science/image/image.ts';
import { decodeImage, readImage, type ReadOptions } from '../../../src/science/image/read.ts';
import { pixelAt, plain, texture, toSharp } from './pictures.ts';
import { pngChunk } from './png.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();

async function decoded(bytes: Buffer): Promise<Image> {
  const result = await decodeImage(bytes, 'a.jpg');
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

async function failureOf(bytes: Buffer | string, options?: ReadOptions): Promise<Failure | undefined> {
  const result = await decodeImage(Buffer.from(bytes), 'a.jpg', options);
  return result.ok ? undefined : result.failure;
}

/** How far the middle is from a colour, in the channel that is farthest. */
function distance(image: Image, colour: readonly number[]): number {
  return Math.max(...pixelAt(image, 10, 10).map((found, i) => Math.abs(found - (colour[i] as number))));
}

describe('orientation', () => {
  // EXIF 2.32, 4.6.4 A: where the stored row 0 and column 0 are to be seen. From an upright place to the stored one.
  const stored: ((x: number, y: number, right: number, bottom: number) => [number, number])[] = [
    (x, y) => [x, y],
    (x, y, right) => [right - x, y],
    (x, y, right, bottom) => [right - x, bottom - y],
    (x, y, _, bottom) => [x, bottom - y],
    (x, y) => [y, x],
    (x, y, _, bottom) => [y, bottom - x],
    (x, y, right, bottom) => [right - y, bottom - x],
    (x, y, right) => [right - y, x],
  ];

  it.each(
    stored.flatMap((place, index) => [
      { orientation: index + 1, place, format: 'jpeg' as const },
      { orientation: index + 1, place, format: 'png' as const },
    ]),
  )('$orientation of a $format is undone', async ({ orientation, place, format }) => {
    const bytes = await toSharp(texture(40, 24)).withMetadata({ orientation }).toFormat(format).toBuffer();
    const raw = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const unturned: Image = { width: 40, height: 24, data: raw.data };

    const upright = await decoded(bytes);

    expect([upright.width, upright.height]).toEqual(orientation <= 4 ? [40, 24] : [24, 40]);
    for (let y = 0; y < upright.height; y++)
      for (let x = 0; x < upright.width; x++)
        expect(pixelAt(upright, x, y)).toEqual(pixelAt(unturned, ...place(x, y, 39, 23)));
  });
});

describe('colours', () => {
  it.each(['jpeg', 'tiff'] as const)('of a CMYK %s become sRGB', async (format) => {
    const bytes = await plain('#b05040').toColourspace('cmyk').toFormat(format).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    expect(distance(await decoded(bytes), [0xb0, 0x50, 0x40])).toBeLessThanOrEqual(24); // what the printing gamut leaves of it
    const paper = await plain('white').toColourspace('cmyk').toFormat(format).toBuffer();
    expect(distance(await decoded(paper), [255, 255, 255])).toBeLessThanOrEqual(1);
  });

  it.each(['png', 'tiff'] as const)('of a 16-bit %s are reduced to 8 bit', async (format) => {
    const samples = Uint16Array.from(
      { length: 20 * 20 * 3 },
      (_, i) => [65_535, 32_896, 257][i % 3] as number,
    );
    const bytes = await sharp(samples, { raw: { width: 20, height: 20, channels: 3 } })
      .toColourspace('rgb16')
      .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect(distance(await decoded(bytes), [255, 128, 1])).toBeLessThanOrEqual(0);
  });

  it('of an 8-bit and a 16-bit grey picture are spread over three channels', async () => {
    const raw = { width: 20, height: 20, channels: 1 as const };
    const eight = sharp(new Uint8Array(400).fill(77), { raw }).toColourspace('b-w');
    const sixteen = sharp(new Uint16Array(400).fill(77 * 257), { raw }).toColourspace('grey16');
    expect(distance(await decoded(await eight.png().toBuffer()), [77, 77, 77])).toBeLessThanOrEqual(0);
    expect(distance(await decoded(await sixteen.png().toBuffer()), [77, 77, 77])).toBeLessThanOrEqual(0);
  });

  it('of a transparent picture are laid over white', async () => {
    expect(
      distance(
        await decoded(await plain({ r: 255, g: 0, b: 0, alpha: 0.5 }).png().toBuffer()),
        [255, 127, 127],
      ),
    ).toBeLessThanOrEqual(1);
    expect(
      distance(await decoded(await plain({ r: 9, g: 9, b: 9, alpha: 0 }).webp().toBuffer()), [255, 255, 255]),
    ).toBeLessThanOrEqual(0);
    const greyAlpha = await sharp(Buffer.alloc(800, Buffer.from([100, 0])), {
      raw: { width: 20, height: 20, channels: 2 },
    })
      .png()
      .toBuffer();
    expect(distance(await decoded(greyAlpha), [255, 255, 255])).toBeLessThanOrEqual(0);
  });

  it('of a palette are looked up', async () => {
    expect(
      distance(await decoded(await plain('#c04020').png({ palette: true }).toBuffer()), [0xc0, 0x40, 0x20]),
    ).toBeLessThanOrEqual(0);
  });

  it('with an ICC profile of a wider gamut become sRGB', async () => {
    const bytes = await plain('#c04020').withIccProfile('p3').png().toBuffer();
    const untouched = await sharp(bytes).keepIccProfile().raw().toBuffer();
    expect(Math.abs((untouched[0] as number) - 0xc0)).toBeGreaterThan(4);
    expect(distance(await decoded(bytes), [0xc0, 0x40, 0x20])).toBeLessThanOrEqual(2);
  });

  it.each(['gif', 'webp'] as const)('of an animated %s are those of the first frame', async (format) => {
    const frames = await Promise.all(['#c00000', '#0000c0'].map((colour) => plain(colour).png().toBuffer()));
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const image = await decoded(bytes);
    expect(image.height).toBe(20);
    expect(distance(image, [0xc0, 0, 0])).toBeLessThanOrEqual(3);
  });
});

describe('what is no picture', () => {
  it.each([
    ['a text', 'hello, this is a text\n', 'begins with "hello, this "'],
    ['an empty file', '', 'is empty'],
    [
      'a drawing',
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>',
      'begins with "<svg xmlns=',
    ],
    ['a few bytes', '\xff\xd8', 'begins with'],
  ])('%s is told by its first bytes', async (_, content, found) => {
    const failure = await failureOf(Buffer.from(content, 'latin1'));
    expect(failure).toMatchObject({ code: 'IMAGE_NOT_AN_IMAGE', place: 'a.jpg' });
    expect(failure?.message).toContain(found);
  });
});

describe('a name', () => {
  it('that says another format than the bytes does not matter', async () => {
    const bytes = await toSharp(texture(20, 20)).png().toBuffer();
    await writeFile(join(folder, 'png.jpg'), bytes);
    expect(await readImage(join(folder, 'png.jpg'))).toEqual(await decodeImage(bytes, 'a.png'));
  });
});

describe('a coding without a decoder', () => {
  it.each(['vvic', 'mp42'])('is told from damage: %s', async (brand) => {
    const bytes = await toSharp(texture(64, 64)).avif().toBuffer();
    const renamed = bytes.toString('latin1').replaceAll(/avif|mif1|miaf|MA1[AB]/g, brand);
    const failure = await failureOf(Buffer.from(renamed, 'latin1'));
    expect(failure).toMatchObject({ code: 'IMAGE_UNSUPPORTED', place: 'a.jpg' });
    expect(failure?.remedy).toContain('convert it to JPEG');
  });
});

describe('a thumbnail inside', () => {
  it('that is whole does not hide that the picture is not', async () => {
    const thumbnail = await toSharp(texture(32, 24)).jpeg().toBuffer();
    const bytes = await toSharp(texture(200, 150)).jpeg().toBuffer();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(thumbnail.length + 2);
    const marker = Buffer.concat([Buffer.of(0xff, 0xe1), length, thumbnail]);
    const both = Buffer.concat([bytes.subarray(0, 2), marker, bytes.subarray(2)]);
    expect(await decoded(both)).toEqual(await decoded(bytes));
    for (const share of [0.5, 0.8])
      expect((await failureOf(both.subarray(0, both.length * share)))?.code).toBe('IMAGE_TRUNCATED');
  });
});

describe('what is not whole', () => {
  const picture = texture(200, 150);

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'a truncated %s is found',
    async (format) => {
      const bytes = await toSharp(picture).toFormat(format).toBuffer();
      expect(await failureOf(bytes)).toBeUndefined();
      for (const share of [0.3, 0.6, 0.9])
        expect(await failureOf(bytes.subarray(0, bytes.length * share))).toMatchObject({
          code: 'IMAGE_TRUNCATED',
          place: 'a.jpg',
        });
    },
  );

  it.each([false, true])('a JPEG cut anywhere is found (progressive: %s)', async (progressive) => {
    const bytes = await toSharp(picture).jpeg({ progressive }).toBuffer();
    for (let cut = 1; cut < bytes.length - 12; cut = cut < 20 ? cut + 1 : Math.ceil(cut * 1.3))
      expect((await failureOf(bytes.subarray(0, bytes.length - cut)))?.code).toBe('IMAGE_TRUNCATED');
  });

  it('a JPEG damaged in the middle is found', async () => {
    const bytes = await toSharp(picture).jpeg().toBuffer();
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 60);
    expect((await failureOf(bytes))?.code).toBe('IMAGE_DAMAGED');
  });

  it('a TIFF whose directory is cut is found', async () => {
    const bytes = await toSharp(picture).tiff().toBuffer();
    for (const cut of [1, 20, 300])
      expect((await failureOf(bytes.subarray(0, bytes.length - cut)))?.code).toMatch(
        /IMAGE_(TRUNCATED|DAMAGED)/,
      );
  });

  it('a PNG damaged in the middle is found', async () => {
    const bytes = await toSharp(picture).png().toBuffer();
    bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 60);
    expect((await failureOf(bytes))?.code).toBe('IMAGE_DAMAGED');
  });

  it('a JPEG with padding behind its end is whole', async () => {
    const bytes = await toSharp(picture).jpeg().toBuffer();
    expect(await failureOf(Buffer.concat([bytes, Buffer.alloc(1000)]))).toBeUndefined();
  });
});

describe('pictures decoded at the same time', () => {
  it('have the outcomes they have one by one', async () => {
    const picture = toSharp(texture(120, 90));
    const jpeg = await picture.jpeg().toBuffer();
    const damaged = Buffer.from(jpeg);
    damaged.fill(0xff, jpeg.length >> 1, (jpeg.length >> 1) + 60);
    const kinds = [
      jpeg,
      jpeg.subarray(0, jpeg.length - 400),
      damaged,
      (await picture.webp({ lossless: true }).toBuffer()).fill(7, 900, 960),
      (await picture.avif({ effort: 0 }).toBuffer()).fill(7, 900, 960),
      (await picture.tiff().toBuffer()).fill(7, 900, 960),
    ];
    const single: unknown[] = [];
    for (const bytes of kinds) single.push(await decodeImage(bytes, 'a.jpg'));
    expect(single.filter((result) => (result as { ok: boolean }).ok).length).toBeLessThan(kinds.length - 2);

    const many = await Promise.all(
      Array.from({ length: 60 }, (_, i) => decodeImage(kinds[i % kinds.length] as Buffer, 'a.jpg')),
    );
    many.forEach((result, i) => expect(result).toEqual(single[i % kinds.length]));
  });
});

describe('what has the wrong size', () => {
  it('1 x 1 px is too small', async () => {
    const failure = await failureOf(await plain('red', 1).png().toBuffer());
    expect(failure).toMatchObject({ code: 'IMAGE_TOO_SMALL', place: 'a.jpg' });
    expect(failure?.message).toBe('is 1 x 1 px; expected at least 16 px a side');
  });

  it('15 px is too small, 16 px is not', async () => {
    expect((await failureOf(await toSharp(texture(15, 40)).png().toBuffer()))?.code).toBe('IMAGE_TOO_SMALL');
    expect(await failureOf(await toSharp(texture(16, 40)).png().toBuffer())).toBeUndefined();
  });

  it('more pixels than allowed are too many', async () => {
    const bytes = await toSharp(texture(50, 41)).png().toBuffer();
    expect(await failureOf(bytes, { maximumPixels: 50 * 41 })).toBeUndefined();
    const failure = await failureOf(bytes, { maximumPixels: 50 * 40 });
    expect(failure?.code).toBe('IMAGE_TOO_LARGE');
    expect(failure?.message).toBe('is 50 x 41 px; expected at most 2000 pixels');
  });
});

/** A PNG that says it is that large and holds next to nothing. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const parts = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1e6))),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...parts]);
}

describe('a small file that would fill the memory', () => {
  it.each([
    [60_000, 60_000],
    [2_000_000_000, 1],
  ])('is refused by its header: %i x %i px', async (width, height) => {
    const failure = await failureOf(bomb(width, height));
    expect(failure?.code).toMatch(/^IMAGE_(TOO_LARGE|DAMAGED)$/);
  });

  it('is not decoded further than it goes: 8000 x 8000 px', async () => {
    expect((await failureOf(bomb(8000, 8000)))?.code).toMatch(/^IMAGE_(TRUNCATED|DAMAGED)$/);
  });
});

describe('what cannot be opened', () => {
  it('a file of more than a gibibyte is not read', async () => {
    const file = join(folder, 'long.jpg');
    await writeFile(file, Buffer.from('\xff\xd8\xff\xe0', 'latin1'));
    await truncate(file, 2 ** 30 + 1); // takes no room on the disk
    expect(await readImage(file)).toMatchObject({
      failure: {
        code: 'IMAGE_TOO_LARGE',
        message: 'is a file of 1073741825 bytes; expected at most 1073741824',
      },
    });
    await rm(file);
  });

  it.each([
    ['a file that has vanished', 'gone.jpg', 'there is no such file'],
    ['a link that leads nowhere', 'dangling.jpg', 'there is no such file'],
    ['a link to itself', 'ring.jpg', 'its symbolic links go round in a ring'],
    ['a folder', 'folder.jpg', 'it is a folder'],
  ])('%s is unreadable', async (_, name, reason) => {
    const file = join(folder, name);
    if (name === 'dangling.jpg') await symlink(join(folder, 'nowhere'), file);
    if (name === 'ring.jpg') await symlink(file, file);
    if (name === 'folder.jpg') await mkdir(file);
    const result = await readImage(file);
    expect(result).toEqual({
      ok: false,
      failure: { code: 'IMAGE_UNREADABLE', message: `cannot be read: ${reason}`, place: file },
    });
  });

  it('a file that may not be read is unreadable', async () => {
    const file = join(folder, 'locked.jpg');
    await writeFile(file, await toSharp(texture(20, 20)).jpeg().toBuffer(), { mode: 0o000 });
    // Who runs the tests as root may read everything, and reads this as somebody else.
    const asNobody = process.geteuid?.() === 0;
    if (asNobody) process.seteuid?.(65_534);
    const result = await readImage(file).finally(() => asNobody && process.seteuid?.(0));
    expect(result).toMatchObject({
      failure: { code: 'IMAGE_UNREADABLE', message: 'cannot be read: permission denied' },
    });
  });

  it('a name with spaces, other scripts, brackets or a line break is as good as any', async () => {
    const bytes = await toSharp(texture(20, 20)).png().toBuffer();
    for (const name of ['a b.PNG', 'Übung 写真.Png', 'line\nbreak.png', 'page[1].png', '%20.png', '-.png']) {
      await writeFile(join(folder, name), bytes);
      expect(await readImage(join(folder, name))).toMatchObject({ ok: true, value: { width: 20 } });
    }
  });
});
