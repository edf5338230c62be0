import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairLabels, tagNames, type Tags } from '../../../src/science/ranking/labels.ts';

const tags = fc.record({
  aperture: fc.constantFrom(1.4, 2, 2.8),
  exposureTime: fc.constantFrom(1 / 60, 1 / 30, 2),
  focalLength: fc.constantFrom(35, 50),
  iso: fc.constantFrom(100, 200, 6400),
});

/** The label of (x, y) in the t-th tag. */
const at = (labels: Float32Array, count: number, x: number, y: number, t: number): number =>
  labels[(x * count + y) * 4 + t] as number;

describe('the labels of pairs', () => {
  it('are 1 where the first tag is at least the second, else 0 (Eq. 1)', () => {
    fc.assert(
      fc.property(fc.array(tags, { minLength: 1, maxLength: 6 }), (photos) => {
        const labels = pairLabels(photos, 'paper');
        forEachPair(photos, (x, y, name, t) => {
          const expected = (photos[x] as Tags)[name] >= (photos[y] as Tags)[name] ? 1 : 0;
          expect(at(labels, photos.length, x, y, t)).toBe(expected);
        });
      }),
    );
  });

  it("of the authors' program are one half for ties, so that both orders of a pair always sum to 1", () => {
    fc.assert(
      fc.property(fc.array(tags, { minLength: 1, maxLength: 6 }), (photos) => {
        const labels = pairLabels(photos, 'reference');
        forEachPair(photos, (x, y, name, t) => {
          const difference = (photos[x] as Tags)[name] - (photos[y] as Tags)[name];
          expect(at(labels, photos.length, x, y, t)).toBe((Math.sign(difference) + 1) / 2);
          expect(at(labels, photos.length, x, y, t) + at(labels, photos.length, y, x, t)).toBe(1);
        });
      }),
    );
  });
});

function forEachPair(
  photos: readonly Tags[],
  check: (x: number, y: number, name: keyof Tags, t: number) => void,
): void {
  for (const x of photos.keys())
    for (const y of photos.keys()) for (const [t, name] of tagNames.entries()) check(x, y, name, t);
}
