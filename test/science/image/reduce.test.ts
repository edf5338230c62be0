import fc from 'fast-check';
import { expect, it } from 'vitest';
import { discard, type Image } from '../../../src/science/image/image.ts';
import { reduceImage } from '../../../src/science/image/reduce.ts';
import { texture } from './pictures.ts';

/** The mean of a block, whose pixels beyond the picture are those of its edge. */
function meanOf(
  { width, height, data }: Image,
  block: number,
  x: number,
  y: number,
  channel: number,
): number {
  let sum = 0;
  for (let row = y * block; row < (y + 1) * block; row++)
    for (let column = x * block; column < (x + 1) * block; column++) {
      const pixel = Math.min(row, height - 1) * width + Math.min(column, width - 1);
      sum += data[3 * pixel + channel] as number;
    }
  return Math.fround(sum / block ** 2);
}

it('blocks of pixels become their means, also those that reach over the edge', () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      fc.nat(),
      (width, height, block, x, y) => {
        const image = texture(width, height);
        const [columns, rows] = [Math.ceil(width / block), Math.ceil(height / block)];
        const range = { left: x % columns, top: y % rows, right: columns, bottom: rows };
        const found = reduceImage(image, block, range);
        expect([found.width, found.height]).toEqual([columns - range.left, rows - range.top]);
        const expected = Array.from({ length: 3 * found.width * found.height }, (_, i) => {
          const pixel = Math.floor(i / 3);
          const column = range.left + (pixel % found.width);
          return meanOf(image, block, column, range.top + Math.floor(pixel / found.width), i % 3);
        });
        expect([...found.data]).toEqual(expected);
      },
    ),
  );
});

it('a picture that is discarded holds no memory, one that shares its memory keeps it', () => {
  const [own, shared] = [texture(20, 10), texture(20, 10)];
  const part = { ...shared, data: shared.data.subarray(0, 300) };
  discard(own.data);
  discard(part.data);
  expect(own.data.length).toBe(0);
  expect(part.data.length).toBe(300);
});
