import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderRoc } from '../../../src/science/metrics/area-under-roc.ts';
import { averagePrecision } from '../../../src/science/metrics/average-precision.ts';
import { precisionRecallCurve, rocCurve } from '../../../src/science/metrics/curves.ts';

const scores = fc
  .array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 })
  .map((values) => Float64Array.from(values));

describe('the curves', () => {
  it('the area below the ROC is the AUC, ties and all', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        const curve = rocCurve(positive, negative);
        expect(curve[0]).toEqual({ x: 0, y: 0 });
        expect(curve.at(-1)).toEqual({ x: 1, y: 1 });
        let area = 0;
        curve.forEach(({ x, y }, at) => {
          const before = curve[at - 1];
          if (before !== undefined) area += ((x - before.x) * (y + before.y)) / 2;
        });
        expect(area).toBeCloseTo(areaUnderRoc(positive, negative), 12);
      }),
    );
  });

  it('the steps of precision over recall make the balanced average precision', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        const curve = precisionRecallCurve(positive, negative);
        let area = 0;
        curve.forEach(({ x, y }, at) => (area += (x - (curve[at - 1]?.x ?? 0)) * y));
        expect(area).toBeCloseTo(averagePrecision(positive, negative, 'balanced'), 12);
      }),
    );
  });

  it('keep the corners of the ROC alone', () => {
    expect(rocCurve(Float64Array.of(5, 4, 3), Float64Array.of(2, 1))).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ]);
  });

  it('refuse an empty class and what is no number', () => {
    expect(() => rocCurve(new Float64Array(0), Float64Array.of(1))).toThrow(/METRIC_CLASS_EMPTY/);
    expect(() => precisionRecallCurve(Float64Array.of(1), Float64Array.of(NaN))).toThrow(/METRIC_SCORE_NAN/);
  });
});
