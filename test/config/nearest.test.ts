import { describe, expect, it } from 'vitest';

import { nearestName } from '../../src/config/nearest.ts';

describe('the nearest known name', () => {
  it('is the one with the fewest changed letters, whatever their case', () => {
    expect(nearestName('featurs', ['gmm', 'features', 'feature-set'])).toBe('features');
    expect(nearestName('GMM', ['simulate', 'gmm'])).toBe('gmm');
  });

  it('is none where all are far', () => {
    expect(nearestName('photographs', ['gmm', 'evaluate'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });
});
