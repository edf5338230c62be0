import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/science/image/image.ts';
import { networkInput } from '../../../src/science/landmarks/input.ts';

const plain = { mean: [0, 0, 0], divisor: 1 } as const;

describe('networkInput', () => {
  it('copies a square of the network’s own side', () => {
    const image = pictureOf(4, 4, (x, y) => 10 * y + x);
    const part = { x: 0, y: 0, width: 4, height: 4 };
    const { data, square, left, top } = networkInput(image, part, { side: 4, place: 'centre', ...plain });
    expect(Array.from(data.subarray(0, 16))).toEqual([
      0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33,
    ]);
    expect({ square, left, top }).toEqual({ square: 4, left: 0, top: 0 });
  });

  it('separates the colours into planes and normalises them', () => {
    const image: Image = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30) };
    const options = { side: 1, place: 'corner', mean: [0, 10, 20], divisor: 10 } as const;
    expect(Array.from(networkInput(image, { x: 0, y: 0, width: 1, height: 1 }, options).data)).toEqual([
      1, 1, 1,
    ]);
  });

  it('pads with black at the right and the bottom, or on both sides', () => {
    const image = pictureOf(4, 2, () => 50);
    const part = { x: 0, y: 0, width: 4, height: 2 };
    const column = (place: 'corner' | 'centre'): number[] => {
      const { data } = networkInput(image, part, { side: 4, place, ...plain });
      return [0, 1, 2, 3].map((row) => data[4 * row] as number);
    };
    expect(column('corner')).toEqual([50, 50, 0, 0]);
    expect(column('centre')).toEqual([0, 50, 50, 0]);
  });

  it('puts a grey border around the part', () => {
    const image = pictureOf(2, 2, () => 50);
    const part = { x: 0, y: 0, width: 2, height: 2 };
    const options = { side: 6, place: 'corner', border: 1, fill: 100, ...plain } as const;
    const { data, square, left, top } = networkInput(image, part, options);
    expect(Array.from(data.subarray(12, 18))).toEqual([100, 100, 50, 50, 100, 100]);
    expect({ square, left, top }).toEqual({ square: 6, left: -2, top: -2 });
  });

  it('says where the square lies: a share of its side is a pixel of the picture', () => {
    const ramp = pictureOf(60, 40, (x) => 4 * x);
    const parts = fc.record({
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.integer({ min: 0, max: 10 }),
      width: fc.integer({ min: 8, max: 40 }),
      height: fc.integer({ min: 8, max: 30 }),
    });
    const property = fc.property(parts, fc.integer({ min: 4, max: 50 }), (part, side) => {
      const { data, square, left, top } = networkInput(ramp, part, { side, place: 'centre', ...plain });
      const reach = Math.max(1, square / side);
      const isWithin = (position: number, start: number, length: number): boolean =>
        position - reach >= start && position + reach <= start + length - 1; // no edge takes part
      const errors = Array.from({ length: side * side }, (_, i) => {
        const x = left + ((i % side) * square) / side;
        const y = top + (Math.floor(i / side) * square) / side;
        const isInner = isWithin(x, part.x, part.width) && isWithin(y, part.y, part.height);
        return isInner ? Math.abs((data[i] as number) / 4 - x) : 0;
      });
      return errors.every((error) => error < 0.5);
    });
    expect(fc.check(property).counterexample).toBeNull();
  });
});

function pictureOf(width: number, height: number, value: (x: number, y: number) => number): Image {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = value(pixel % width, Math.floor(pixel / width));
  }
  return { width, height, data };
}
