import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  densityAtLeast,
  isPruned,
  narrowError,
  pruningLimit,
  pruningMargin,
} from '../../../src/science/mixture/pruning.ts';

const norm = (values: readonly number[]) => Math.hypot(...values);

/** W (rows of numbers), z and b: of ordinary size, and W large where z is small until float32 has no room for them. */
const product = fc.integer({ min: 1, max: 12 }).chain((width) => {
  const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const row = fc.array(number, { minLength: width, maxLength: width });
  const factor = fc.array(row, { minLength: width, maxLength: width });
  const power = fc.oneof(fc.constant(0), fc.integer({ min: -45, max: 45 }));
  return fc.record({ factor, z: row, offset: row, power }).map(({ factor, z, offset, power }) => ({
    factor: factor.map((numbers) => numbers.map((value) => value * 10 ** power)),
    z: z.map((value) => value * 10 ** -power),
    offset,
  }));
});

/** |y|², with every number, every product and every sum rounded. */
function squares(
  { factor, z, offset }: { factor: number[][]; z: number[]; offset: number[] },
  round: (value: number) => number,
): number {
  let sum = 0;
  factor.forEach((row, i) => {
    let y = round(offset[i] as number);
    row.forEach((value, d) => (y = round(y + round(round(value) * round(z[d] as number)))));
    sum = round(sum + round(y * y));
  });
  return sum;
}

describe('pruning', () => {
  it('never leaves out a component whose exact density is within the margin', () => {
    fc.assert(
      fc.property(product, fc.double({ min: -0.01, max: 0.01, noNaN: true }), (case_, nudge) => {
        const exact = squares(case_, (value) => value);
        const narrow = squares(case_, Math.fround);
        const error = narrowError(
          { factor: norm(case_.factor.map(norm)), offset: norm(case_.offset) },
          norm(case_.z),
          case_.z.length,
        );
        // A floor so close to the density that rounding decides.
        const margin = 60;
        const floor = -exact / 2 + margin + nudge * (1 + exact);
        const isNegligible = -exact / 2 < floor - margin;
        const pruned = isPruned(narrow, pruningLimit(0, floor, margin, error));
        expect(pruned && !isNegligible).toBe(false);
        expect(densityAtLeast(0, narrow, error) > -exact / 2).toBe(false); // NaN proves nothing
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves out what is far below the margin', () => {
    const error = narrowError({ factor: 30, offset: 30 }, 28, 768);
    expect(error).toBeLessThan(0.05);
    expect(isPruned(1500, pruningLimit(0, -300, 72, error))).toBe(true);
  });

  it('needs no product for a component whose greatest density is too small', () => {
    expect(isPruned(0, pruningLimit(-1e4, -300, 72, 1))).toBe(true);
  });

  it('takes NaN, infinity and an unknown floor as proof of nothing', () => {
    const limit = pruningLimit(0, -10, 72, 0);
    expect(isPruned(Number.NaN, limit)).toBe(false);
    expect(isPruned(Infinity, limit)).toBe(false);
    expect(isPruned(1e9, pruningLimit(0, Number.NaN, 72, 0))).toBe(false);
    expect(isPruned(1e9, pruningLimit(0, -Infinity, 72, 0))).toBe(false);
    expect(isPruned(1e9, pruningLimit(0, -10, 72, Number.NaN))).toBe(false);
    expect(isPruned(1e30, pruningLimit(0, -10, 72, narrowError({ factor: 1, offset: 1 }, 1, 2 ** 24)))).toBe(
      false,
    );
  });

  it('leaves less than a millionth of a millionth of what an empty component has', () => {
    for (const rows of [1, 1000, 1e9])
      expect(rows * Math.exp(-pruningMargin(rows))).toBeLessThan(1e-12 * 10 * Number.EPSILON);
  });
});
