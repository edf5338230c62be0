import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, frameOf, squareAround } from '../../../src/science/image/framing.ts';

const landscape = { width: 33, height: 20 };
const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

describe('the frame', () => {
  it('in the middle is the largest square, at whole pixels', () => {
    const crop = { from: 'image', margin: 1, beyond: 'extend' } as const;
    expect(frameOf(landscape, crop)).toEqual(box(6, 0, 20, 20));
    expect(frameOf({ width: 20, height: 33 }, crop)).toEqual(box(0, 6, 20, 20));
  });

  it('around a face is the square of its longer side, enlarged about its centre', () => {
    const crop = { from: 'face', margin: 2, beyond: 'extend' } as const;
    expect(frameOf(landscape, crop, box(10, 20, 30, 10))).toEqual(box(-5, -5, 60, 60));
    expect(squareAround(box(10, 20, 30, 10), 1)).toEqual(box(10, 10, 30, 30));
  });

  it('around a face that reaches beyond the picture is clipped at its border where that is asked', () => {
    const crop = { from: 'face', margin: 1.5, beyond: 'clip' } as const;
    expect(frameOf(landscape, crop, box(20, 4, 12, 12))).toEqual(box(17, 1, 16, 18));
    expect(frameOf(landscape, crop, box(14, 4, 12, 12))).toEqual(box(11, 1, 18, 18));
  });

  it('may be the whole picture, whatever its shape', () => {
    expect(frameOf(landscape, { from: 'whole', margin: 1, beyond: 'extend' })).toEqual(box(0, 0, 33, 20));
    expect(frameOf(landscape, { from: 'whole', margin: 2, beyond: 'extend' })).toEqual(
      box(-16.5, -10, 66, 40),
    );
    expect(frameOf(landscape, { from: 'whole', margin: 2, beyond: 'clip' })).toEqual(box(0, 0, 33, 20));
  });

  it('clipped lies in the picture wherever the face is, unless they do not meet', () => {
    const size = fc.integer({ min: 1, max: 50 });
    const place = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(size, size, place, place, size, size, (width, height, x, y, wide, high) => {
        const crop = { from: 'face', margin: 1.3, beyond: 'clip' } as const;
        const face = box(x, y, wide, high);
        const frame = frameOf({ width, height }, crop, face);
        const square = squareAround(face, 1.3);
        const meets =
          square.x < width &&
          square.x + square.width > 0 &&
          square.y < height &&
          square.y + square.height > 0;
        const within =
          Math.min(frame.x, frame.y) >= 0 &&
          frame.x + frame.width <= width + 1e-9 &&
          frame.y + frame.height <= height + 1e-9;
        const expected = meets ? { within: true, frame } : { within, frame: square };
        expect({ within, frame }).toEqual(expected);
      }),
    );
  });

  it('needs the box of the face it is to lie around', () => {
    expect(() => frameOf(landscape, { from: 'face', margin: 1, beyond: 'clip' })).toThrow(TypeError);
  });
});
