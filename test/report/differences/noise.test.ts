import { describe, expect, it } from 'vitest';

import { withinNoise } from '../../../src/report/differences/noise.ts';

const seeds = (value: number, deviation: number, repetitions: number) => ({ value, deviation, repetitions });

describe('a difference between results over seeds', () => {
  it('is noise inside the 95 % interval of Welch, its degrees of freedom rounded down', () => {
    // scipy.stats.t.ppf(0.975, 4) * sqrt(1/3 + 4/4) = 3.2059
    expect(withinNoise(seeds(80, 1, 3), seeds(76.8, 2, 4))).toBe(true);
    expect(withinNoise(seeds(80, 1, 3), seeds(76.79, 2, 4))).toBe(false);
  });

  it('is noise inside the prediction interval where only one side has seeds', () => {
    // scipy.stats.t.ppf(0.975, 2) * sqrt(1 + 1/3) = 4.9683
    expect(withinNoise(seeds(80, 1, 3), { value: 84.96 })).toBe(true);
    expect(withinNoise({ value: 84.98 }, seeds(80, 1, 3))).toBe(false);
  });

  it('is of unknown meaning without seeds', () => {
    expect(withinNoise({ value: 1 }, { value: 2 })).toBeUndefined();
  });

  it('is no noise where seeds change nothing', () => {
    expect(withinNoise(seeds(80, 0, 3), seeds(80.1, 0, 3))).toBe(false);
  });
});
