import { describe, expect, it } from 'vitest';
import { pairwiseAccuracy } from '../../../src/science/ranking/pairwise-accuracy.ts';

describe('pairwise accuracy', () => {
  it('counts the pairs that scores and values put in the same order', () => {
    // (1, 2) right, (1, 4) right, (2, 4) wrong.
    expect(pairwiseAccuracy([0, 3, 2], [1, 2, 4])).toEqual({ share: 2 / 3, pairs: 3 });
  });

  it('leaves out pairs of values that are the same but for rounding', () => {
    expect(pairwiseAccuracy([5, 1, 9], [1 / 60, 0.016667, 1 / 30])).toEqual({ share: 1, pairs: 2 });
  });

  it('takes equal scores for no order', () => {
    expect(pairwiseAccuracy([1, 1], [100, 200])).toEqual({ share: 0, pairs: 1 });
  });

  it('is not a number where no two values differ', () => {
    expect(pairwiseAccuracy([1, 2], [100, 100])).toEqual({ share: Number.NaN, pairs: 0 });
  });
});
