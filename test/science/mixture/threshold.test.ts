import { describe, expect, it } from 'vitest';
import { thresholdAt } from '../../../src/science/mixture/threshold.ts';

describe('thresholdAt', () => {
  const likelihoods = Float64Array.from({ length: 40 }, (_, i) => (i * 17) % 40);
  it('is the value that the given share of the training rows lies below', () => {
    expect(thresholdAt(likelihoods, 5)).toBe(2);
    expect(thresholdAt(likelihoods, 50)).toBe(20);
  });
  it('does not interpolate: the position is rounded down', () => {
    expect(thresholdAt(likelihoods, 7)).toBe(2);
    expect(thresholdAt(Float64Array.of(3, 1), 5)).toBe(1);
  });
  it('stays within the values at the ends', () => {
    expect(thresholdAt(likelihoods, 0)).toBe(0);
    expect(thresholdAt(likelihoods, 100)).toBe(39);
  });
});
