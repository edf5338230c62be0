import { describe, expect, it } from 'vitest';
import { apertures, exposureTimes, nearestStop, sensitivities } from '../../../src/science/camera/stops.ts';

const scales = { apertures, exposureTimes, sensitivities };

describe('the scales in third stops', () => {
  it.each(Object.entries(scales))('write %s within a twelfth of what the camera does', (_name, scale) => {
    for (const { exact, marked } of scale) expect(Math.abs(marked / exact - 1)).toBeLessThan(1 / 12);
  });

  it('reach from f/1.4 to f/16, from 1/4000 s to 1/15 s and from ISO 100 to ISO 6400', () => {
    const ends = Object.values(scales).map((scale) => [scale[0]?.exact, scale.at(-1)?.exact]);
    expect(ends[0]?.[0]).toBeCloseTo(Math.SQRT2, 12);
    expect(ends[0]?.[1]).toBeCloseTo(16, 12);
    expect(ends[1]?.[0]).toBe(1 / 4000);
    expect(ends[1]?.[1]).toBeCloseTo(0.064, 12);
    expect(ends[2]).toEqual([100, 6400]);
  });

  it('halve the light every three steps', () => {
    expect((sensitivities[4]?.exact as number) / (sensitivities[1]?.exact as number)).toBeCloseTo(2, 12);
    expect((exposureTimes[4]?.exact as number) / (exposureTimes[1]?.exact as number)).toBeCloseTo(2, 12);
    expect(((apertures[4]?.exact as number) / (apertures[1]?.exact as number)) ** 2).toBeCloseTo(2, 12);
  });

  it('give the stop nearest by ratio, and an end for what lies beyond it', () => {
    expect(nearestStop(apertures, 5.5).marked).toBe(5.6);
    expect(nearestStop(exposureTimes, 1 / 61).marked).toBe(1 / 60);
    expect(nearestStop(sensitivities, 1e6).marked).toBe(6400);
    expect(nearestStop(apertures, 0.5).marked).toBe(1.4);
  });

  it('give every stop for itself', () => {
    for (const scale of Object.values(scales))
      for (const stop of scale) expect(nearestStop(scale, stop.exact)).toBe(stop);
  });
});
