import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addGram,
  factorCholesky,
  invertTriangle,
  squaredNorms,
} from '../../../src/science/mixture/triangle.ts';

const sizes = fc.integer({ min: 1, max: 9 });
const number = fc.double({ min: -3, max: 3, noNaN: true });
const numbers = (length: number) =>
  fc.array(number, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
const at = (matrix: Float64Array, size: number, row: number, column: number) =>
  matrix[row * size + column] as number;

/** A lower triangle with a diagonal away from zero. */
const triangle = (size: number) =>
  numbers(size * size).map((values) =>
    values.map((value, i) => {
      const row = Math.floor(i / size);
      const column = i % size;
      return column > row ? 0 : column === row ? 1 + Math.abs(value) : value;
    }),
  );

describe('triangular kernels agree with the plain sums', () => {
  it('the Cholesky factor of L Lᵀ is L', () => {
    fc.assert(
      fc.property(
        sizes.chain((size) => fc.tuple(fc.constant(size), triangle(size))),
        ([size, lower]) => {
          const matrix = lower.map((_, i) => {
            let sum = 0;
            for (let d = 0; d < size; d++)
              sum += at(lower, size, Math.floor(i / size), d) * at(lower, size, i % size, d);
            return sum;
          });
          expect(factorCholesky(matrix, size, new Float64Array(size))).toBeUndefined();
          for (let row = 0; row < size; row++)
            for (let column = 0; column <= row; column++)
              expect(at(matrix, size, row, column)).toBeCloseTo(at(lower, size, row, column), 6);
        },
      ),
    );
  });

  it('the Cholesky factor of an indefinite matrix does not exist', () => {
    expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2, new Float64Array(2))).toEqual({
      row: 1,
      value: -3,
    });
    expect(factorCholesky(Float64Array.of(Number.NaN), 1, new Float64Array(1))).toEqual({
      row: 0,
      value: Number.NaN,
    });
  });

  it('a triangle times its inverse is the identity', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((size) => fc.tuple(fc.constant(size), triangle(size))),
        ([size, lower]) => {
          const inverse = invertTriangle(lower, size);
          for (let row = 0; row < size; row++)
            for (let column = 0; column < size; column++) {
              let sum = 0;
              for (let d = 0; d < size; d++) sum += at(inverse, size, row, d) * at(lower, size, d, column);
              expect(sum).toBeCloseTo(row === column ? 1 : 0, 8);
            }
        },
      ),
    );
  });

  it('squaredNorms is |W x|² of every row, for any number of rows and columns', () => {
    const input = fc
      .tuple(sizes, fc.integer({ min: 1, max: 11 }))
      .chain(([size, count]) =>
        fc.tuple(fc.constant(size), fc.constant(count), triangle(size), numbers(count * size)),
      );
    fc.assert(
      fc.property(input, ([size, count, lower, rows]) => {
        const room = Math.ceil(count / 4) * 4;
        const padded = new Float64Array(room * size);
        padded.set(rows);
        const out = new Float64Array(room);
        squaredNorms(padded, count, lower, size, out);
        for (let i = 0; i < count; i++) {
          let norm = 0;
          for (let j = 0; j < size; j++) {
            let dot = 0;
            for (let d = 0; d < size; d++) dot += at(lower, size, j, d) * (rows[i * size + d] as number);
            norm += dot * dot;
          }
          expect(out[i]).toBeCloseTo(norm, 8);
        }
      }),
    );
  });

  it('addGram adds T Tᵀ to a lower triangle', () => {
    const input = fc
      .tuple(sizes, fc.integer({ min: 0, max: 7 }))
      .chain(([size, length]) =>
        fc.tuple(fc.constant(size), fc.constant(length), numbers(size * (length + 2))),
      );
    fc.assert(
      fc.property(input, ([size, length, observations]) => {
        const stride = length + 2; // columns beyond `length` must not count
        const gram = new Float64Array(size * size).fill(1);
        addGram(observations, length, stride, size, gram);
        for (let row = 0; row < size; row++)
          for (let column = 0; column <= row; column++) {
            let sum = 1;
            for (let n = 0; n < length; n++)
              sum += at(observations, stride, row, n) * at(observations, stride, column, n);
            expect(at(gram, size, row, column)).toBeCloseTo(sum, 9);
          }
      }),
    );
  });
});
