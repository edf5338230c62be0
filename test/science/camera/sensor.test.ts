import { describe, expect, it } from 'vitest';
import { emptyPlanes, plane } from '../../../src/science/camera/planes.ts';
import { demosaic, noiseVariance, readOut, sampleMosaic } from '../../../src/science/camera/sensor.ts';
import { randomOf } from '../../../src/science/random.ts';

const body = { fullWell: 13000, readNoise: 3, saturation: 1, contrast: 0, sharpening: 0, denoising: 0 };
const size = 96;

function flatMosaic(value: number): Float32Array {
  return new Float32Array(size * size).fill(value);
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

const varianceAt = (signal: number, iso: number, exposureTime: number): number =>
  noiseVariance(signal, { iso, exposureTime }, body);

describe('the noise of the sensor', () => {
  it.each([
    { iso: 100, signal: 0.1 },
    { iso: 100, signal: 0.5 },
    { iso: 800, signal: 0.3 },
    { iso: 6400, signal: 0.2 },
  ])('has at ISO $iso and signal $signal the variance of the formula', ({ iso, signal }) => {
    const exposure = { iso, exposureTime: 1 / 60 };
    const measured = variance(readOut(flatMosaic(signal), exposure, body, randomOf(3, iso)));
    const gain = iso / 100 / 13000;
    const expected = signal * gain + (3 * gain) ** 2 + 1e-6 + 2e-4 / 60;
    expect(noiseVariance(signal, exposure, body)).toBeCloseTo(expected, 12);
    // 9216 pixels: the deviation of a measured variance is 1.5 %.
    expect(measured / expected).toBeGreaterThan(0.93);
    expect(measured / expected).toBeLessThan(1.07);
  });

  it('grows with the light, the sensitivity and the time', () => {
    expect(varianceAt(0.5, 100, 0.01)).toBeGreaterThan(varianceAt(0.1, 100, 0.01));
    expect(varianceAt(0.5, 200, 0.01)).toBeGreaterThan(varianceAt(0.5, 100, 0.01));
    expect(varianceAt(0.5, 100, 0.05)).toBeGreaterThan(varianceAt(0.5, 100, 0.01));
  });

  it('is absent without random numbers, and the sensor clips what is too bright', () => {
    const exposure = { iso: 100, exposureTime: 0.01 };
    expect(readOut(flatMosaic(0.25), exposure, body)).toEqual(flatMosaic(0.25));
    expect(readOut(flatMosaic(1.7), exposure, body)).toEqual(flatMosaic(1));
  });
});

describe('the mosaic', () => {
  it('has red and green in even rows, green and blue in odd ones', () => {
    const light = emptyPlanes(4, 3);
    plane(light, 0).fill(1);
    plane(light, 1).fill(10);
    plane(light, 2).fill(100);
    const mosaic = sampleMosaic(light);
    const seen = [...mosaic].map((value) => (value < 1 ? 'R' : value < 50 ? 'G' : 'B')).join('');
    expect(seen).toBe('RGRGGBGBRGRGGBGB');
  });

  it('gives back a plain grey under white light', () => {
    const light = emptyPlanes(8, 3);
    light.data.fill(0.3);
    const picture = demosaic(sampleMosaic(light), 8, [1, 1, 1]);
    for (const value of picture.data) expect(value).toBeCloseTo(0.3, 6);
  });

  it('leaves a tenth of the colour of the light, in stops', () => {
    const illuminant = [1.4, 1, 0.6] as const;
    const light = emptyPlanes(8, 3);
    illuminant.forEach((value, channel) => plane(light, channel).fill(0.3 * value));
    const picture = demosaic(sampleMosaic(light), 8, illuminant);
    illuminant.forEach((value, channel) =>
      expect(plane(picture, channel)[20]).toBeCloseTo(0.3 * value ** 0.1, 6),
    );
  });
});
