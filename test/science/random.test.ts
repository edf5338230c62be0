import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../src/science/random.ts';

const draws = (words: (string | number)[], count: number): number[] => {
  const random = randomOf(...words);
  return Array.from({ length: count }, () => random.uniform());
};

describe('randomOf', () => {
  it('gives the same stream for the same words', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (words) => {
        expect(draws(words, 5)).toEqual(draws(words, 5));
      }),
    );
  });

  it('tells apart words that would be the same when joined', () => {
    expect(draws(['a', 'bc'], 3)).not.toEqual(draws(['ab', 'c'], 3));
    expect(draws([1, 2], 3)).not.toEqual(draws([12], 3));
    expect(draws(['1'], 3)).not.toEqual(draws([1], 3));
    expect(draws([2024, 'photo', 1], 3)).not.toEqual(draws([2024, 'photo', 2], 3));
  });

  it('draws uniform numbers with the mean and variance of U(0, 1), also over the first draw of many streams', () => {
    const first = Array.from({ length: 20000 }, (_, index) => randomOf(5, 'photo', index).uniform());
    const along = draws([5], 20000);
    for (const values of [first, along]) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / values.length));
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
      expect(Math.max(...values)).toBeLessThan(1);
    }
  });

  it('draws normal numbers with the first four moments of N(0, 1)', () => {
    const random = randomOf('normal');
    const values = Array.from({ length: 40000 }, () => random.normal());
    const moment = (order: number): number =>
      values.reduce((sum, value) => sum + value ** order, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.025);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.035);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
  });

  it('permutes: each number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer(), (count, seed) => {
        const order = [...randomOf(seed).permutation(count)].toSorted((a, b) => a - b);
        expect(order).toEqual(Array.from({ length: count }, (_, index) => index));
      }),
    );
  });
});
