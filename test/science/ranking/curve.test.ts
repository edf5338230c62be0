import { describe, expect, it } from 'vitest';
import { emptyCurve, extendCurve, type Curve } from '../../../src/science/ranking/curve.ts';

describe('a loss curve', () => {
  it('has the mean loss of every twenty steps, and of those that remain at the end', () => {
    const curve = emptyCurve();
    extend(curve, 1, 45);
    expect(curve.points.map(({ step, epoch, loss }) => [step, epoch, loss['exif'], loss['total']])).toEqual([
      [20, 1, 10.5, 12.5],
      [40, 3, 30.5, 32.5],
      [45, 4, 43, 45],
    ]);
  });

  it('goes on from what was saved of it as if it had not been interrupted', () => {
    const whole = emptyCurve();
    extend(whole, 1, 45);
    const first = emptyCurve();
    extend(first, 1, 33);
    const restored = JSON.parse(JSON.stringify(first)) as Curve;
    extend(restored, 34, 45);
    expect(restored).toEqual(whole);
  });
});

/** Steps of 10 an epoch whose loss is the step's number, and 2. */
function extend(curve: Curve, from: number, to: number): void {
  for (let step = from; step <= to; step++)
    extendCurve(curve, {
      step,
      epoch: Math.floor((step - 1) / 10),
      learningRate: 1 / step,
      loss: { exif: step, manipulation: 2 },
      last: step === 45,
    });
}
