import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cropBox } from '../../../src/science/image/crop.ts';
import type { Box } from '../../../src/science/image/framing.ts';
import type { Image } from '../../../src/science/image/image.ts';
import { noJitter } from '../../../src/science/image/jitter.ts';
import { pixelAt, texture } from './pictures.ts';

interface Encoded {
  width: number;
  height: number;
  data: string;
}
interface Case {
  by: string;
  image: string;
  square: [number, number, number];
  size: number;
  jitter: [number, number, number, number];
  expected: Encoded;
}
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/image/crop.json', import.meta.url), 'utf8'),
) as { images: Record<string, Encoded>; cases: Case[] };

const imageOf = ({ width, height, data }: Encoded): Image => ({
  width,
  height,
  data: Uint8Array.from(Buffer.from(data, 'base64')),
});
const square = (x: number, y: number, side: number): Box => ({ x, y, width: side, height: side });
const farthest = (a: Uint8Array, b: Uint8Array): number =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
const whole = ({ width, height }: Image): Box => ({ x: 0, y: 0, width, height });

describe('cropBox', () => {
  it.each(fixture.cases)('agrees with $by: $square of $image to $size px, jitter $jitter', (example) => {
    const [x, y, side] = example.square;
    const [rotation, scale, shiftX, shiftY] = example.jitter;
    const image = imageOf(fixture.images[example.image] as Encoded);
    const expected = imageOf(example.expected).data;

    const found = cropBox(image, square(x, y, side), example.size, { rotation, scale, shiftX, shiftY });

    const differences = expected.map((value, i) => Math.abs(value - (found[i] as number)));
    // Pillow averages blocks of the square alone, so that its outermost values differ a little; all else is the same to the last bit.
    expect(Math.max(...differences)).toBeLessThanOrEqual(example.by.includes('two steps') ? 2 : 0);
    const sum = differences.reduce((all, each) => all + each, 0);
    expect(sum / differences.length).toBeLessThan(0.1);
  });

  it('copies every byte where there is nothing to do', () => {
    const image = texture(31, 31);
    expect(cropBox(image, whole(image), 31, noJitter)).toEqual(image.data);
    const part = cropBox(image, square(4, 7, 16), 16, noJitter);
    expect([...part.subarray(0, 48)]).toEqual(
      Array.from({ length: 16 }, (_, x) => pixelAt(image, 4 + x, 7)).flat(),
    );
  });

  it('lets the edges of the picture go on beyond it', () => {
    const image = texture(20, 20);
    const found = {
      width: 30,
      height: 30,
      data: cropBox(image, square(-5, -5, 30), 30, noJitter),
    };
    expect(pixelAt(found, 0, 0)).toEqual(pixelAt(image, 0, 0));
    expect(pixelAt(found, 29, 12)).toEqual(pixelAt(image, 19, 7));
    expect(pixelAt(found, 12, 29)).toEqual(pixelAt(image, 7, 19));
  });

  it('keeps a flat picture flat, whatever the size and the jitter', () => {
    const image: Image = { width: 23, height: 37, data: new Uint8Array(23 * 37 * 3).fill(200) };
    const jitter = fc.record({
      rotation: fc.double({ min: -4, max: 4, noNaN: true }),
      scale: fc.double({ min: 0.5, max: 2, noNaN: true }),
      shiftX: fc.double({ min: -9, max: 9, noNaN: true }),
      shiftY: fc.double({ min: -9, max: 9, noNaN: true }),
    });
    const side = fc.double({ min: 1, max: 200, noNaN: true });
    fc.assert(
      fc.property(side, fc.integer({ min: 1, max: 20 }), jitter, (side, size, jitter) => {
        const found = cropBox(image, square(-3.3, 5.1, side), size, jitter);
        expect(found.length).toBe(size * size * 3);
        expect(found.every((value) => value === 200)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('does not alias: stripes finer than a pixel become their mean', () => {
    const data = Uint8Array.from({ length: 120 * 120 * 3 }, (_, i) =>
      Math.floor(i / 3) % 2 === 0 ? 0 : 200,
    );
    for (const size of [40, 21, 10])
      for (const rotation of [0, 0.01]) {
        const found = cropBox({ width: 120, height: 120, data }, square(10, 10, 100), size, {
          ...noJitter,
          rotation,
        });
        expect(Math.max(...found) - Math.min(...found)).toBeLessThan(12);
        expect(Math.abs((found[size * 3] as number) - 100)).toBeLessThan(8);
      }
  });

  it('shows the same with the smallest rotation as with none', () => {
    const image = texture(64, 64);
    for (const size of [64, 40, 9]) {
      const aligned = cropBox(image, whole(image), size, { ...noJitter, shiftX: 0.3, scale: 1.02 });
      const turned = cropBox(image, whole(image), size, {
        rotation: 1e-9,
        scale: 1.02,
        shiftX: 0.3,
        shiftY: 0,
      });
      expect(farthest(aligned, turned)).toBeLessThanOrEqual(1);
    }
  });

  it('moves what is seen to the left when the square shifts to the right', () => {
    const image = texture(40, 40);
    const shifted = cropBox(image, whole(image), 40, { ...noJitter, shiftX: 2, shiftY: 3 });
    expect(pixelAt({ ...image, data: shifted }, 10, 10)).toEqual(pixelAt(image, 12, 13));
  });

  it('stretches a box that is no square: along each axis as the square of that side', () => {
    // A picture that changes along x alone must not tell how high the box was.
    const line = Array.from({ length: 90 }, (_, x) => Math.round(120 + 100 * Math.sin(x / 9)));
    const data = Uint8Array.from({ length: 90 * 60 * 3 }, (_, i) => line[Math.floor(i / 3) % 90] as number);
    const image = { width: 90, height: 60, data };
    for (const jitter of [noJitter, { ...noJitter, shiftX: 1.5, scale: 1.1 }]) {
      const square = cropBox(image, { x: 10, y: 5, width: 50, height: 50 }, 25, jitter);
      const stretched = cropBox(image, { x: 10, y: 20, width: 50, height: 31 }, 25, jitter);
      expect(farthest(square, stretched)).toBeLessThanOrEqual(1);
    }
  });

  it('stretches with a rotation as without', () => {
    const image = texture(80, 50);
    const aligned = cropBox(image, whole(image), 40, noJitter);
    const turned = cropBox(image, whole(image), 40, { ...noJitter, rotation: 1e-9 });
    expect(farthest(aligned, turned)).toBeLessThanOrEqual(1);
  });
});
