import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPhoto, type Photo } from '../../../src/science/exif/photo.ts';
import type { Result } from '../../../src/failure.ts';
import { texture, toSharp } from '../image/pictures.ts';
import { tiffOf } from '../image/tiff.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const settings = { FNumber: '28/10', ExposureTime: '1/60', FocalLength: '50/1', ISOSpeedRatings: '200' };
const tags = { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 };
const withExif = (picture: Sharp, exif: Record<string, string>, model?: string): Sharp =>
  picture.withExif({ ...(model === undefined ? {} : { IFD0: { Model: model } }), IFD2: exif });

const bare = await toSharp(texture(20, 20)).png().toBuffer();

async function photoOf(bytes: Buffer, name = 'photo.jpg'): Promise<Result<Photo>> {
  await writeFile(join(folder, name), bytes);
  return readPhoto(join(folder, name));
}

describe('a photograph', () => {
  it('has its size, its settings and its camera', async () => {
    const bytes = await withExif(toSharp(texture(40, 24)), settings, 'Camera 5')
      .jpeg()
      .toBuffer();
    expect(await photoOf(bytes)).toEqual({
      ok: true,
      value: { width: 40, height: 24, tags, camera: 'Camera 5' },
    });
  });

  it('has the size it is seen in', async () => {
    const turned = toSharp(texture(40, 24)).withMetadata({ orientation: 6 });
    const bytes = await withExif(turned, settings).jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    expect(await photoOf(bytes)).toMatchObject({ ok: true, value: { width: 24, height: 40, camera: null } });
  });

  it.each(['png', 'webp', 'avif'] as const)('may be a %s', async (format) => {
    const bytes = await withExif(toSharp(texture(40, 24)), settings)
      .toFormat(format)
      .toBuffer();
    expect(await photoOf(bytes, `photo.${format}`)).toMatchObject({ ok: true, value: { width: 40, tags } });
  });

  it('may be a TIFF of several pages', async () => {
    const exif = { aperture: 2.8, exposureTime: 1 / 50, focalLength: 50, iso: 200 };
    for (const pages of [1, 3])
      expect(await photoOf(tiffOf({ exif, pages }), 'photo.tif')).toMatchObject({
        ok: true,
        value: { width: 16, height: 16, tags: exif },
      });
  });

  it('falls back to APEX values', async () => {
    const apex = {
      ApertureValue: '4/1',
      ShutterSpeedValue: '6/1',
      FocalLength: '50/1',
      ISOSpeedRatings: '200',
    };
    const bytes = await withExif(toSharp(texture(20, 20)), apex)
      .jpeg()
      .toBuffer();
    expect(await photoOf(bytes)).toMatchObject({
      ok: true,
      value: { tags: { aperture: 4, exposureTime: 1 / 64 } },
    });
  });

  it('without EXIF lacks all four tags', async () => {
    const file = join(folder, 'bare.jpg');
    expect(await photoOf(await toSharp(texture(20, 20)).jpeg().toBuffer(), 'bare.jpg')).toEqual({
      ok: false,
      failure: {
        code: 'TAG_MISSING',
        message: 'lacks aperture (absent), exposureTime (absent), focalLength (absent), iso (absent)',
        place: file,
      },
    });
  });

  it('with zero denominators lacks what they stand for', async () => {
    const zeros = { ...settings, FNumber: '28/0', ExposureTime: '0/0', FocalLength: '0/1' };
    const result = await photoOf(
      await withExif(toSharp(texture(20, 20)), zeros)
        .jpeg()
        .toBuffer(),
    );
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: 'TAG_MISSING',
        message:
          'lacks aperture (FNumber has a zero denominator), exposureTime (ExposureTime has a zero denominator), focalLength (FocalLength 0 is not within 0.5 to 10000)',
      },
    });
  });

  it('with an EXIF block of nonsense lacks all four tags', async () => {
    const bytes = await withExif(toSharp(texture(20, 20)), settings)
      .jpeg()
      .toBuffer();
    const block = bytes.indexOf('Exif\0\0', 0, 'latin1') + 6;
    for (const start of [block, block + 8]) {
      const spoilt = Buffer.from(bytes);
      spoilt.fill(0xee, start, start + 40);
      expect(await photoOf(spoilt)).toMatchObject({ ok: false, failure: { code: 'TAG_MISSING' } });
    }
  });

  it('that is cut off is found, whatever its size', async () => {
    for (const side of [20, 257, 800]) {
      const bytes = await withExif(toSharp(texture(side, side)), settings)
        .jpeg()
        .toBuffer();
      for (const missing of [1, 2, 40, bytes.length >> 2])
        expect(await photoOf(bytes.subarray(0, bytes.length - missing))).toMatchObject({
          ok: false,
          failure: { code: 'IMAGE_TRUNCATED' },
        });
    }
  });
});

describe("a photograph with FDF's JSON file beside it", () => {
  const fdf = {
    EXIF: {
      'ISO Speed Ratings': '200',
      'Aperture Value': 'F2.8',
      'Exposure Time': '1/60 sec',
      'Focal Length': '50 mm',
      Model: 'Camera 7',
    },
  };

  it('takes the settings from there', async () => {
    await writeFile(join(folder, '12.json'), JSON.stringify(fdf));
    expect(await photoOf(bare, '12.png')).toMatchObject({ ok: true, value: { tags, camera: 'Camera 7' } });
  });

  it('is told from one whose aperture is a bare F', async () => {
    await writeFile(
      join(folder, '13.json'),
      JSON.stringify({ EXIF: { ...fdf.EXIF, 'Aperture Value': 'F' } }),
    );
    expect(await photoOf(bare, '13.png')).toMatchObject({
      ok: false,
      failure: { code: 'TAG_MISSING', message: 'lacks aperture (FNumber "F" is not understood)' },
    });
  });

  it('prefers the EXIF inside', async () => {
    await writeFile(
      join(folder, '14.json'),
      JSON.stringify({ EXIF: { ...fdf.EXIF, 'Focal Length': '85 mm' } }),
    );
    const bytes = await withExif(toSharp(texture(20, 20)), settings)
      .jpeg()
      .toBuffer();
    expect(await photoOf(bytes, '14.jpg')).toMatchObject({ ok: true, value: { tags } });
  });

  it.each(['{', 'null', '[]', '{"EXIF": 3}', '{"EXIF": {"Aperture Value": null}}'])(
    'bears %j there',
    async (text) => {
      await writeFile(join(folder, '15.json'), text);
      expect(await photoOf(bare, '15.png')).toMatchObject({ ok: false, failure: { code: 'TAG_MISSING' } });
    },
  );
});
