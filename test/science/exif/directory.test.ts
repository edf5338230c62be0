import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import exifr from 'exifr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/science/exif/directory.ts';
import { readPhoto } from '../../../src/science/exif/photo.ts';
import { readTags, type TagName } from '../../../src/science/exif/tags.ts';
import { texture, toSharp } from '../image/pictures.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { blockOf, type BlockEntry } from './block.ts';

const folder = await temporaryFolder();
const bare = await toSharp(texture(20, 20)).jpeg().toBuffer();

const [byte, ascii, short, long, rational, undefinedType, signedRational, float, double] = [
  1, 2, 3, 4, 5, 7, 10, 11, 12,
];
const tags = { model: 0x0110, exposure: 0x829a, aperture: 0x829d, iso: 0x8827, focal: 0x920a };
const good: readonly BlockEntry[] = [
  { tag: tags.exposure, type: rational, values: [1, 60] },
  { tag: tags.aperture, type: rational, values: [28, 10] },
  { tag: tags.iso, type: short, values: [200] },
  { tag: tags.focal, type: rational, values: [50, 1] },
];
const settings = { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 };

/** What is read of it: a number, or why there is none. */
const readingsOf = (block: Buffer): Readonly<Record<TagName, number | string>> =>
  Object.fromEntries(
    Object.entries(readTags(readSettings(block))).map(([name, reading]) => [
      name,
      reading.ok ? reading.value : reading.reason,
    ]),
  ) as Record<TagName, number | string>;

describe.each([true, false])('settings in an EXIF block (little-endian: %s)', (littleEndian) => {
  const block = (first: readonly BlockEntry[], exif?: readonly BlockEntry[]): Buffer =>
    blockOf({ first, littleEndian, ...(exif === undefined ? {} : { exif }) });

  it('are read from its EXIF directory and, as TIFF/EP and scanners have them, from the first', () => {
    expect(readingsOf(block([], good))).toEqual(settings);
    expect(readingsOf(block(good))).toEqual(settings);
    expect(readingsOf(block(good.slice(0, 2), good.slice(2)))).toEqual(settings);
  });

  it('of the EXIF directory come before those of the first', () => {
    expect(readingsOf(block([{ tag: tags.aperture, type: rational, values: [8, 1] }], good))).toEqual(
      settings,
    );
  });

  it.each<[string, BlockEntry, string]>([
    [
      'an unknown type',
      { tag: tags.aperture, type: 99, values: [28, 10] },
      'FNumber is stored as type 99, which is no number',
    ],
    [
      'an absurd count',
      { tag: tags.aperture, type: rational, values: [28, 10], count: 0xffff_ffff },
      'FNumber lies outside of the EXIF block',
    ],
    [
      'no value',
      { tag: tags.aperture, type: rational, values: [28, 10], count: 0 },
      'FNumber is stored without a value',
    ],
    [
      'a place outside',
      { tag: tags.aperture, type: rational, values: [28, 10], at: 0xffff_fff8 },
      'FNumber lies outside of the EXIF block',
    ],
    [
      'a denominator of zero',
      { tag: tags.aperture, type: rational, values: [28, 0] },
      'FNumber has a zero denominator',
    ],
  ])('lose no other by one with %s', (_, broken, reason) => {
    for (const entries of [
      [broken, ...good.filter(({ tag }) => tag !== tags.aperture)],
      [...good.filter(({ tag }) => tag !== tags.aperture), broken],
    ]) {
      expect(readingsOf(block([], entries))).toEqual({ ...settings, aperture: reason });
      expect(readingsOf(block(entries))).toEqual({ ...settings, aperture: reason });
    }
  });

  it('count in the first entry that can be read', () => {
    const other: BlockEntry = { tag: tags.aperture, type: rational, values: [8, 1] };
    expect(readingsOf(block([], [...good, other]))).toEqual(settings);
    expect(readingsOf(block([], [{ ...other, type: 99 }, ...good]))).toEqual(settings);
    expect(readingsOf(block(good, [{ ...other, type: 99 }]))).toEqual(settings);
  });

  it.each<[string, BlockEntry]>([
    ['one byte', { tag: tags.focal, type: byte, values: [50] }],
    ['a byte of no told meaning', { tag: tags.focal, type: undefinedType, values: [50] }],
    ['a long', { tag: tags.focal, type: long, values: [50] }],
    ['a signed fraction', { tag: tags.focal, type: signedRational, values: [50, 1] }],
    ['a float', { tag: tags.focal, type: float, values: [50] }],
    ['a double', { tag: tags.focal, type: double, values: [50] }],
    ['a text', { tag: tags.focal, type: ascii, values: [...Buffer.from('50 mm\0')] }],
  ])('may be %s', (_, entry) => {
    expect(readingsOf(block([], [...good.slice(0, 3), entry]))).toEqual(settings);
  });

  it('are read as far as they lie within a block that is cut off', () => {
    const whole = block(good);
    // The values stand behind the directory; ISO is in its entry.
    expect(readingsOf(whole.subarray(0, whole.length - 8))).toEqual({
      ...settings,
      focalLength: 'FocalLength lies outside of the EXIF block',
    });
    expect(readingsOf(whole.subarray(0, 8 + 2 + 3 * 12))).toMatchObject({
      iso: 'absent',
      focalLength: 'absent',
    });
  });
});

describe('settings in a picture', () => {
  it('are read from the first directory, with the model of the camera', async () => {
    const model: BlockEntry = { tag: tags.model, type: ascii, values: [...Buffer.from('Scanner 3\0')] };
    const result = await readPhoto(await photoWith(blockOf({ first: [model, ...good] })));
    expect(result).toMatchObject({ ok: true, value: { tags: settings, camera: 'Scanner 3' } });
  });

  it('say which of them is broken', async () => {
    const broken: BlockEntry = { tag: tags.focal, type: rational, values: [50, 1], at: 0x7fff_ffff };
    const result = await readPhoto(await photoWith(blockOf({ exif: [...good.slice(0, 3), broken] })));
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'TAG_MISSING',
        message: 'lacks focalLength (FocalLength lies outside of the EXIF block)',
      },
    });
  });
});

/** Another reader as the judge, of blocks that are whole. */
it('whole blocks are read as exifr reads them', async () => {
  const number = fc.integer({ min: 1, max: 60_000 });
  await fc.assert(
    fc.asyncProperty(number, number, number, number, fc.boolean(), async (a, b, c, d, littleEndian) => {
      const exif: readonly BlockEntry[] = [
        { tag: tags.exposure, type: rational, values: [a, b] },
        { tag: tags.aperture, type: rational, values: [c, d] },
        { tag: tags.iso, type: short, values: [a] },
        { tag: tags.focal, type: signedRational, values: [d, b] },
      ];
      const block = blockOf({ exif, littleEndian });
      const theirs = (await exifr.parse(block, { reviveValues: false, translateValues: false })) as object;
      expect(theirs).toMatchObject(readSettings(block));
    }),
    { numRuns: 50 },
  );
});

it('any bytes are read, or not, without an error', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', ''),
      (bytes, header) => {
        const block = Buffer.from(bytes);
        block.write(header, 'latin1');
        expect(typeof readSettings(block)).toBe('object');
      },
    ),
  );
});

async function photoWith(block: Buffer): Promise<string> {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  const file = join(folder, 'photo.jpg');
  await writeFile(file, Buffer.concat([bare.subarray(0, 2), marker, body, bare.subarray(2)]));
  return file;
}
