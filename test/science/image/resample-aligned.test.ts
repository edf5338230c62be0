import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cropBox } from '../../../src/science/image/crop.ts';
import { noJitter } from '../../../src/science/image/jitter.ts';
import { texture } from './pictures.ts';

const side = fc.double({ min: 0.5, max: 150, noNaN: true });
const place = fc.double({ min: -120, max: 160, noNaN: true });

it('gives what weighing pixel by pixel gives, for any box of any picture', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
      fc.record({ x: place, y: place, width: side, height: side }),
      fc.integer({ min: 1, max: 40 }),
      ([width, height], box, size) => {
        const image = texture(width, height);
        const aligned = cropBox(image, box, size, noJitter);
        // So little that no pixel shows it; but every pixel then has weights of its own.
        const single = cropBox(image, box, size, { ...noJitter, rotation: 1e-12 });
        expect(Math.max(...aligned.map((value, i) => Math.abs(value - (single[i] as number))))).toBeLessThan(
          2,
        );
      },
    ),
    { numRuns: 150 },
  );
});

it('leaves nothing of a larger picture in a smaller one', () => {
  const [large, small] = [texture(700, 100), texture(20, 20)];
  const before = cropBox(small, { x: -3, y: -3, width: 30, height: 26 }, 16, noJitter);
  cropBox(large, { x: 0, y: 0, width: 700, height: 100 }, 100, noJitter);
  expect(cropBox(small, { x: -3, y: -3, width: 30, height: 26 }, 16, noJitter)).toEqual(before);
});
