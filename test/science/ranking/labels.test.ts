import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairLabels, rankedTags, tagNames, type Tags } from '../../../src/science/ranking/labels.ts';

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
          const difference = readAs(photos[x] as Tags)[name] - readAs(photos[y] as Tags)[name];
          expect(at(labels, photos.length, x, y, t)).toBe((Math.sign(difference) + 1) / 2);
          expect(at(labels, photos.length, x, y, t) + at(labels, photos.length, y, x, t)).toBe(1);
        });
      }),
    );
  });
});

describe("exposure times in the authors' program", () => {
  it('rank in reverse below a second, where 1/60 is read as 60', () => {
    expect(ranksAbove(1 / 30, 1 / 60, 'paper')).toBe(1);
    expect(ranksAbove(1 / 30, 1 / 60, 'reference')).toBe(0);
    expect(ranksAbove(1 / 60, 1 / 30, 'reference')).toBe(1);
  });

  it('rank as they are from a second on, below most of those that are shorter', () => {
    expect(ranksAbove(4, 2, 'reference')).toBe(1);
    expect(ranksAbove(4, 1 / 60, 'reference')).toBe(0);
    expect(rankedTags(seconds(1 / 60), 'reference').exposureTime).toBeCloseTo(60);
  });
});

const seconds = (exposureTime: number): Tags => ({ aperture: 2, exposureTime, focalLength: 50, iso: 100 });

const ranksAbove = (x: number, y: number, protocol: 'paper' | 'reference'): number =>
  at(pairLabels([seconds(x), seconds(y)], protocol), 2, 0, 1, 1);

/** As that program reads the tags. */
const readAs = (tags: Tags): Tags =>
  tags.exposureTime < 1 ? { ...tags, exposureTime: 1 / tags.exposureTime } : tags;

function forEachPair(
  photos: readonly Tags[],
  check: (x: number, y: number, name: keyof Tags, t: number) => void,
): void {
  for (const x of photos.keys())
    for (const y of photos.keys()) for (const [t, name] of tagNames.entries()) check(x, y, name, t);
}
