import { describe, expect, it } from 'vitest';
import { emptyPlanes, plane, type Planes } from '../../../src/science/camera/planes.ts';
import {
  denoisingStrength,
  finishPicture,
  quantise,
  sharpen,
} from '../../../src/science/camera/processing.ts';
import { randomOf } from '../../../src/science/random.ts';

const plainBody = { fullWell: 13000, readNoise: 3, saturation: 1, contrast: 0, sharpening: 0, denoising: 0 };

function noisyGrey(): Planes {
  const random = randomOf('noisy grey');
  const picture = emptyPlanes(32, 3);
  picture.data.forEach((_, i) => (picture.data[i] = 0.3 + 0.02 * random.normal()));
  return picture;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const range = (data: Float32Array): number => Math.max(...data) - Math.min(...data);

const colour = (picture: Planes): Float32Array =>
  plane(picture, 0).map((red, i) => red - (plane(picture, 2)[i] as number));

const brightness = (picture: Planes): Float32Array =>
  plane(picture, 0).map(
    (red, i) => red + 2 * (plane(picture, 1)[i] as number) + (plane(picture, 2)[i] as number),
  );

describe('the processing of a camera', () => {
  it('applies the sRGB curve', () => {
    const picture = emptyPlanes(2, 3);
    picture.data.fill(0.2140411);
    for (const value of finishPicture(picture, 100, plainBody).data) expect(value).toBeCloseTo(0.5, 3);
  });

  it('makes colours stronger by its saturation and greys by nothing', () => {
    const coloured = emptyPlanes(1, 3);
    coloured.data.set([0.5, 0.3, 0.2]);
    const plain = finishPicture({ ...coloured, data: coloured.data.slice() }, 100, plainBody).data;
    const strong = finishPicture(coloured, 100, { ...plainBody, saturation: 1.2 }).data;
    expect(range(strong) / range(plain)).toBeCloseTo(1.2, 4);
  });

  it('denoises from a tenth of its strength at ISO 100 to all of it at ISO 6400', () => {
    const body = { ...plainBody, denoising: 0.3 };
    expect(denoisingStrength(100, body)).toBeCloseTo(0.03, 10);
    expect(denoisingStrength(800, body)).toBeCloseTo(0.15, 10);
    expect(denoisingStrength(6400, body)).toBeCloseTo(0.3, 10);
  });

  it('leaves less noise where it denoises, of colour less than of brightness', () => {
    const body = { ...plainBody, denoising: 0.5 };
    const rough = finishPicture(noisyGrey(), 6400, plainBody);
    const smooth = finishPicture(noisyGrey(), 6400, body);
    const left = (of: (picture: Planes) => Float32Array): number =>
      deviation(of(smooth)) / deviation(of(rough));
    expect(left(brightness)).toBeLessThan(0.9);
    expect(left(colour)).toBeLessThan(left(brightness) - 0.1);
  });

  it('sharpens noise and edges and no plain area', () => {
    const flat = emptyPlanes(16, 1);
    flat.data.fill(0.5);
    sharpen(flat, 0.8, 0.8);
    for (const value of flat.data) expect(value).toBeCloseTo(0.5, 6);
    const noisy = noisyGrey();
    const before = deviation(noisy.data);
    sharpen(noisy, 0.8, 0.8);
    expect(deviation(noisy.data)).toBeGreaterThan(1.4 * before);
  });

  it('rounds to 8 bits, pixel by pixel, clipping what is out of range', () => {
    const picture = emptyPlanes(1, 3);
    picture.data.set([-0.2, 0.5, 1.4]);
    expect([...quantise(picture)]).toEqual([0, 128, 255]);
    const wide = emptyPlanes(2, 3);
    wide.data.set([0, 0.2, 0.4, 0.6, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect([...quantise(wide)]).toEqual([0, 255, 0, 51, 255, 0, 102, 255, 0, 153, 255, 0]);
  });
});
