import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isStandardRgb } from '../../../src/science/image/colour-profile.ts';
import { jpegProfile } from '../../../src/science/image/jpeg.ts';
import { decodeImage } from '../../../src/science/image/read.ts';
import { texture, toSharp } from './pictures.ts';

const picture = texture(40, 30);
const profiles = new Map<string, Buffer>();
for (const name of ['srgb', 'p3', 'cmyk'])
  profiles.set(
    name,
    (await sharp(await toSharp(picture).withIccProfile(name).tiff().toBuffer()).metadata()).icc as Buffer,
  );
const profile = (name: string): Buffer => Buffer.from(profiles.get(name) as Buffer);

/** A copy with one byte of a tag's data changed. */
function changed(name: string, tag: string, offset: number): Buffer {
  const bytes = profile(name);
  const at = bytes.indexOf(tag, 128, 'latin1');
  const place = bytes.readUInt32BE(at + 4) + offset;
  bytes[place] = (bytes[place] as number) ^ 0x40;
  return bytes;
}

describe('a profile', () => {
  it('that is sRGB is known by what it says, not by its name', () => {
    expect(isStandardRgb(profile('srgb'))).toBe(true);
    expect(isStandardRgb(changed('srgb', 'desc', 20))).toBe(true);
  });

  it('of other primaries, another tone curve or other inks is none', () => {
    expect(isStandardRgb(profile('p3'))).toBe(false);
    expect(isStandardRgb(profile('cmyk'))).toBe(false);
    for (const tag of ['rXYZ', 'gXYZ', 'bXYZ']) expect(isStandardRgb(changed('srgb', tag, 10))).toBe(false);
    for (const tag of ['rTRC', 'gTRC', 'bTRC']) expect(isStandardRgb(changed('srgb', tag, 12))).toBe(false);
  });

  it('that is cut off anywhere is none', () => {
    const whole = profile('srgb');
    for (let length = 0; length < 250; length++) expect(isStandardRgb(whole.subarray(0, length))).toBe(false);
    expect(isStandardRgb(undefined)).toBe(false);
  });
});

describe('a JPEG', () => {
  it('gives its profile as it was put in', async () => {
    const bytes = await toSharp(picture).withIccProfile('p3').jpeg().toBuffer();
    expect(jpegProfile(bytes)).toEqual((await sharp(bytes).metadata()).icc);
    expect(jpegProfile(await toSharp(picture).jpeg().toBuffer())).toBeUndefined();
  });

  it('that is cut off or no JPEG at all has none', async () => {
    const bytes = await toSharp(picture).withIccProfile('srgb').jpeg().toBuffer();
    for (let length = 0; length < 200; length++)
      expect(isStandardRgb(jpegProfile(bytes.subarray(0, length)))).toBe(false);
    expect(jpegProfile(Buffer.alloc(100, 0xff))).toBeUndefined();
    expect(jpegProfile(Buffer.from('\xff\xd8\xff\xe2\0\0\0\0\0\0', 'latin1'))).toBeUndefined();
  });

  it('whose profile is sRGB keeps its values; another is converted', async () => {
    const plain = await toSharp(picture).jpeg({ quality: 95 }).toBuffer();
    const withProfile = async (name: string): Promise<Buffer> => {
      const tagged = await sharp(plain)
        .keepIccProfile()
        .withIccProfile(name, { attach: true })
        .jpeg()
        .toBuffer();
      const at = tagged.indexOf('\xff\xe2', 0, 'latin1');
      const segment = tagged.subarray(at, at + 2 + tagged.readUInt16BE(at + 2));
      return Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]);
    };
    const expected = await decodeImage(plain, 'plain.jpg');
    expect(await decodeImage(await withProfile('srgb'), 'srgb.jpg')).toEqual(expected);
    expect(await decodeImage(await withProfile('p3'), 'p3.jpg')).not.toEqual(expected);
  });
});
