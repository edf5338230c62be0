import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderRoc } from '../../../src/science/metrics/area-under-roc.ts';
import { averagePrecision } from '../../../src/science/metrics/average-precision.ts';
import { balancedAccuracy, falseAlarmRate } from '../../../src/science/metrics/balanced-accuracy.ts';
import { thresholdAt } from '../../../src/science/mixture/threshold.ts';

interface Fixture {
  name: string;
  positive: number[];
  negative: number[];
  threshold: number;
  auc: number;
  ap: number;
  balancedAp: number;
  balancedAccuracy: number;
}
const fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics/ranking.json', import.meta.url), 'utf8'),
) as Fixture[];

describe('metrics of ranking agree with scikit-learn', () => {
  it.each(fixtures)('$name', (fixture) => {
    const positive = Float64Array.from(fixture.positive);
    const negative = Float64Array.from(fixture.negative);
    expect(areaUnderRoc(positive, negative)).toBeCloseTo(fixture.auc, 12);
    expect(averagePrecision(positive, negative)).toBeCloseTo(fixture.ap, 12);
    expect(averagePrecision(positive, negative, 'balanced')).toBeCloseTo(fixture.balancedAp, 12);
    expect(thresholdAt(positive, 5)).toBe(fixture.threshold);
    expect(balancedAccuracy(positive, negative, fixture.threshold)).toBeCloseTo(fixture.balancedAccuracy, 12);
  });
});

type Outcome = { readonly error: string } | { readonly value: number | null; readonly warned: boolean };
interface Refusal {
  readonly name: string;
  readonly positive: readonly number[];
  readonly negative: readonly (number | null)[];
  readonly auc: Outcome;
  readonly ap: Outcome;
}
const refusals = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics/refusals.json', import.meta.url), 'utf8'),
) as Refusal[];

describe('metrics of ranking refuse what scikit-learn refuses, or answers with a number that says nothing', () => {
  it.each(refusals)('$name', (refusal) => {
    const positive = Float64Array.from(refusal.positive);
    const negative = Float64Array.from(refusal.negative, (score) => score ?? Number.NaN);
    expect(() => areaUnderRoc(positive, negative)).toThrow(/METRIC_/);
    expect(() => averagePrecision(positive, negative)).toThrow(/METRIC_/);
    // An error or no number; of the AP alone 0 or 1, whatever the scores.
    expect('error' in refusal.auc || refusal.auc.value === null).toBe(true);
    expect('error' in refusal.ap || [0, 1].includes(refusal.ap.value ?? Number.NaN)).toBe(true);
  });
});

const scores = fc
  .array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ noNaN: true })), {
    minLength: 1,
    maxLength: 25,
  })
  .map((values) => Float64Array.from(values));

describe('metrics of ranking', () => {
  it('the AUC counts pairs, a tie as one half', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        let won = 0;
        for (const p of positive) for (const n of negative) won += p > n ? 1 : p === n ? 0.5 : 0;
        expect(areaUnderRoc(positive, negative)).toBeCloseTo(won / (positive.length * negative.length), 12);
      }),
    );
  });

  it('the AP is the mean, over the positives, of the precision at their score', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        let sum = 0;
        for (const score of positive) {
          const truePositives = positive.filter((other) => other >= score).length;
          const falsePositives = negative.filter((other) => other >= score).length;
          sum += truePositives / (truePositives + falsePositives);
        }
        expect(averagePrecision(positive, negative)).toBeCloseTo(sum / positive.length, 12);
      }),
    );
  });

  it('the balanced AP does not change when one class is repeated', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        const threefold = Float64Array.from([...negative, ...negative, ...negative]);
        expect(averagePrecision(positive, threefold, 'balanced')).toBeCloseTo(
          averagePrecision(positive, negative, 'balanced'),
          12,
        );
      }),
    );
  });

  it('swapping the classes mirrors the AUC', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        expect(areaUnderRoc(positive, negative) + areaUnderRoc(negative, positive)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('a score equal to the threshold is not flagged', () => {
    expect(falseAlarmRate(Float64Array.of(1, 2, 3, 4), 2)).toBe(0.25);
    expect(balancedAccuracy(Float64Array.of(1, 2), Float64Array.of(1, 2), 2)).toBe(0.5);
  });

  it('leaves the scores as they were', () => {
    const positive = Float64Array.of(3, 1, 2);
    areaUnderRoc(positive, Float64Array.of(2, 1));
    averagePrecision(positive, Float64Array.of(2, 1));
    expect([...positive]).toEqual([3, 1, 2]);
  });
});

describe('metrics refuse scores that mean nothing', () => {
  const some = Float64Array.of(1, 2);
  const metrics = [
    ['areaUnderRoc', areaUnderRoc],
    ['averagePrecision', averagePrecision],
    ['balancedAccuracy', (p: Float64Array, n: Float64Array) => balancedAccuracy(p, n, 0)],
  ] as const;
  it.each(metrics)('%s: an empty class', (_name, metric) => {
    expect(() => metric(new Float64Array(), some)).toThrow(
      /METRIC_CLASS_EMPTY there are no scores of the positive class/,
    );
    expect(() => metric(some, new Float64Array())).toThrow(
      /METRIC_CLASS_EMPTY there are no scores of the negative class/,
    );
  });
  it.each(metrics)('%s: NaN', (_name, metric) => {
    expect(() => metric(some, Float64Array.of(0, Number.NaN))).toThrow(
      /METRIC_SCORE_NAN score 1 of the negative class/,
    );
  });
});
