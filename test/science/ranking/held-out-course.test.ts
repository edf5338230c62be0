import { describe, expect, it } from 'vitest';
import {
  bestOf,
  describeMeasurement,
  hasStalled,
  isDue,
  measurementOf,
  type Measurement,
} from '../../../src/science/ranking/held-out-course.ts';

const scored = (...scores: number[]): Measurement[] =>
  scores.map((score, i) => ({ step: i + 1, ranking: {}, manipulation: null, score }));

const result = {
  ranking: {
    aperture: { share: 0.7, pairs: 10 },
    exposureTime: { share: Number.NaN, pairs: 0 },
    focalLength: { share: 0.8, pairs: 3 },
    iso: { share: 0.9, pairs: 1 },
  },
  manipulation: { eyeFlip: 0.5, affine: 0.9 },
};

describe('the course of held-out measures', () => {
  it('scores by the mean of ranking and manipulation, of those that are learnt and that can be measured', () => {
    const both = measurementOf(3, result, { exif: true, manipulation: true });
    expect(both).toMatchObject({ step: 3, ranking: { aperture: 0.7, focalLength: 0.8, iso: 0.9 } });
    expect(both.manipulation).toBeCloseTo(0.7, 12);
    expect(both.score).toBeCloseTo(0.75, 12);
    expect(measurementOf(3, result, { exif: true, manipulation: false }).score).toBeCloseTo(0.8, 12);
    expect(measurementOf(3, result, { exif: false, manipulation: true }).score).toBeCloseTo(0.7, 12);
    expect(describeMeasurement(both)).toBe(
      'ranking aperture 70 %, focalLength 80 %, iso 90 %; manipulation AUC 70 %',
    );
  });

  it('takes the first of equals as the best', () => {
    expect(bestOf([])).toBeUndefined();
    expect(bestOf(scored(0.5, 0.7, 0.7, 0.6))?.step).toBe(2);
  });

  it('has stalled when as many as patience allows brought nothing better', () => {
    expect(hasStalled([], 1)).toBe(false);
    expect(hasStalled(scored(0.5, 0.7, 0.6), 2)).toBe(false);
    expect(hasStalled(scored(0.5, 0.7, 0.6, 0.7), 2)).toBe(true);
  });

  it('is looked at every so many epochs or steps, not before the first', () => {
    const steps = [0, 5, 10, 15, 20];
    expect(steps.filter((step) => isDue({ every: 2, unit: 'epoch', faces: 9 }, step, 5))).toEqual([10, 20]);
    expect(steps.filter((step) => isDue({ every: 5, unit: 'step', faces: 9 }, step, 5))).toEqual([
      5, 10, 15, 20,
    ]);
  });
});
