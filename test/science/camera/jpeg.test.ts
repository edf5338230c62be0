import exifr from 'exifr';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeJpeg } from '../../../src/science/camera/jpeg.ts';
import { apertures, exposureTimes, sensitivities } from '../../../src/science/camera/stops.ts';

const size = 16;
const image = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7) % 256);

describe('the JPEG file of a photo', () => {
  it('carries every setting that a camera can have, as a camera writes it', async () => {
    for (let i = 0; i < 25; i++) {
      const tags = {
        aperture: apertures[i % apertures.length]?.marked as number,
        exposureTime: exposureTimes[i]?.marked as number,
        focalLength: [18, 85, 200][i % 3] as number,
        iso: sensitivities[i % sensitivities.length]?.marked as number,
      };
      const exif = (await exifr.parse(await encodeJpeg(image, size, 95, tags))) as Record<string, unknown>;
      expect(exif).toMatchObject({
        FNumber: tags.aperture,
        ExposureTime: tags.exposureTime,
        FocalLength: tags.focalLength,
        ISO: tags.iso,
      });
    }
  });

  it('names a maker that nobody takes for a camera', async () => {
    const tags = { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 };
    const exif = (await exifr.parse(await encodeJpeg(image, size, 95, tags))) as Record<string, unknown>;
    expect(exif).toMatchObject({
      Make: 'pipe simulator',
      Model: 'simulated camera',
      Software: 'pipe simulator',
    });
  });

  it('writes rationals and shorts', async () => {
    const tags = { aperture: 2.8, exposureTime: 1 / 60, focalLength: 50, iso: 200 };
    const entries = exifEntries(await encodeJpeg(image, size, 95, tags));
    expect(entries.get(0x829a)).toEqual({ type: 5, value: [1, 60] });
    expect(entries.get(0x829d)).toEqual({ type: 5, value: [28, 10] });
    expect(entries.get(0x920a)).toEqual({ type: 5, value: [50, 1] });
    expect(entries.get(0x8827)).toEqual({ type: 3, value: [200] });
  });

  it('is a 4:2:0 picture of the right size, near the original', async () => {
    const grey = new Uint8Array(size * size * 3).fill(90);
    const jpeg = await encodeJpeg(grey, size, 95);
    expect(await sharp(jpeg).metadata()).toMatchObject({
      width: size,
      height: size,
      chromaSubsampling: '4:2:0',
    });
    for (const value of await sharp(jpeg).raw().toBuffer())
      expect(Math.abs(value - 90)).toBeLessThanOrEqual(1);
  });

  it('has no EXIF without tags', async () => {
    const { exif } = await sharp(await encodeJpeg(image, size, 95)).metadata();
    expect(exif).toBeUndefined();
  });
});

/** The Exif directory of a little-endian TIFF block, by tag: type 5 is a rational, 3 a short (TIFF 6.0, CIPA DC-008). */
function exifEntries(jpeg: Buffer): Map<number, { type: number; value: number[] }> {
  const tiff = jpeg.subarray(jpeg.indexOf('Exif\0\0') + 6);
  expect(tiff.toString('latin1', 0, 2)).toBe('II');
  const read = (offset: number): Map<number, { type: number; value: number[] }> => {
    const entries = new Map<number, { type: number; value: number[] }>();
    for (let i = 0; i < tiff.readUInt16LE(offset); i++) {
      const entry = offset + 2 + 12 * i;
      const type = tiff.readUInt16LE(entry + 2);
      const place = tiff.readUInt32LE(entry + 8);
      const value =
        type === 5
          ? [tiff.readUInt32LE(place), tiff.readUInt32LE(place + 4)]
          : [type === 3 ? tiff.readUInt16LE(entry + 8) : place];
      entries.set(tiff.readUInt16LE(entry), { type, value });
    }
    return entries;
  };
  const directory = read(tiff.readUInt32LE(4)).get(0x8769);
  return read(directory?.value[0] as number);
}
