/**
 * The inner loops of a mixture with full covariances, as dot products over contiguous float64 numbers, several
 * at a time so that each number loaded is used more than once. Only lower triangles are read or written.
 */

/**
 * Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ, in place of A's lower triangle (D, D).
 * Ends at the first squared pivot that does not exceed `least` (D), and returns it: the matrix is not positive definite, or
 * not by enough.
 */
export function factorCholesky(
  matrix: Float64Array,
  size: number,
  least: Float64Array,
): FailedPivot | undefined {
  for (let row = 0; row < size; row++) {
    const r = row * size;
    for (let column = 0; column <= row; column++) {
      const c = column * size;
      let value = matrix[r + column] as number;
      for (let i = 0; i < column; i++) value -= (matrix[r + i] as number) * (matrix[c + i] as number);
      if (column < row) matrix[r + column] = value / (matrix[c + column] as number);
      else if (value > (least[row] as number)) matrix[r + row] = Math.sqrt(value);
      else return { row, value };
    }
  }
  return undefined;
}

export interface FailedPivot {
  readonly row: number;
  /** What is left of the diagonal once the rows before are taken out. */
  readonly value: number;
}

/** The inverse of a lower triangular matrix (D, D), itself lower triangular; zeros above. */
export function invertTriangle(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const r = row * size;
    const pivot = lower[r + row] as number;
    for (let i = 0; i < row; i++) {
      const factor = lower[r + i] as number;
      for (let column = 0; column <= i; column++)
        inverse[r + column] =
          (inverse[r + column] as number) - factor * (inverse[i * size + column] as number);
    }
    for (let column = 0; column < row; column++)
      inverse[r + column] = (inverse[r + column] as number) / pivot;
    inverse[r + row] = 1 / pivot;
  }
  return inverse;
}

/**
 * out[i] = |W x_i|² for a lower triangular W (D, D) and rows x (count, D). Two rows of W by four of x at a time.
 * `rows` and `out` have room for `count` rounded up to a multiple of four.
 */
export function squaredNorms(
  rows: Float64Array,
  count: number,
  triangle: Float64Array,
  size: number,
  out: Float64Array,
): void {
  const odd = size & 1;
  for (let i = 0; i < count; i++) out[i] = odd * ((triangle[0] as number) * (rows[i * size] as number)) ** 2;
  for (let j = odd; j < size; j += 2) {
    const length = j + 2; // W[j][j + 1] is zero
    const w0 = j * size;
    const w1 = w0 + size;
    for (let i = 0; i < count; i += 4) {
      const x0 = i * size;
      const x1 = x0 + size;
      const x2 = x1 + size;
      const x3 = x2 + size;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let d = 0; d < length; d++) {
        const u = triangle[w0 + d] as number;
        const v = triangle[w1 + d] as number;
        const p = rows[x0 + d] as number;
        const q = rows[x1 + d] as number;
        const r = rows[x2 + d] as number;
        const s = rows[x3 + d] as number;
        a0 += u * p;
        a1 += u * q;
        a2 += u * r;
        a3 += u * s;
        b0 += v * p;
        b1 += v * q;
        b2 += v * r;
        b3 += v * s;
      }
      out[i] = (out[i] as number) + a0 * a0 + b0 * b0;
      out[i + 1] = (out[i + 1] as number) + a1 * a1 + b1 * b1;
      out[i + 2] = (out[i + 2] as number) + a2 * a2 + b2 * b2;
      out[i + 3] = (out[i + 3] as number) + a3 * a3 + b3 * b3;
    }
  }
}

/**
 * gram += T Tᵀ, its lower triangle (D, D), for T (D, length) in rows of `stride` numbers: column n of T is one
 * observation. Two rows by two at a time; the numbers just above the diagonal are left meaningless.
 */
export function addGram(
  transposed: Float64Array,
  length: number,
  stride: number,
  size: number,
  gram: Float64Array,
): void {
  const odd = size & 1;
  if (odd === 1) addDots(transposed, 0, 0, length, stride, 1, gram, size);
  for (let a = odd; a < size; a += 2) {
    if (odd === 1) addDots(transposed, a, 0, length, stride, 2, gram, size);
    const a0 = a * stride;
    const a1 = a0 + stride;
    for (let b = odd; b <= a; b += 2) {
      const b0 = b * stride;
      const b1 = b0 + stride;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let n = 0; n < length; n++) {
        const p = transposed[a0 + n] as number;
        const q = transposed[a1 + n] as number;
        const r = transposed[b0 + n] as number;
        const s = transposed[b1 + n] as number;
        s00 += p * r;
        s01 += p * s;
        s10 += q * r;
        s11 += q * s;
      }
      const top = a * size + b;
      const bottom = top + size;
      gram[top] = (gram[top] as number) + s00;
      gram[top + 1] = (gram[top + 1] as number) + s01;
      gram[bottom] = (gram[bottom] as number) + s10;
      gram[bottom + 1] = (gram[bottom + 1] as number) + s11;
    }
  }
}

/** gram[row + i][column] += T[row + i] . T[column] for i < rows: the odd row or column out of the pairs. */
function addDots(
  transposed: Float64Array,
  row: number,
  column: number,
  length: number,
  stride: number,
  rows: number,
  gram: Float64Array,
  size: number,
): void {
  for (let a = row; a < row + rows; a++) {
    let sum = 0;
    for (let n = 0; n < length; n++)
      sum += (transposed[a * stride + n] as number) * (transposed[column * stride + n] as number);
    gram[a * size + column] = (gram[a * size + column] as number) + sum;
  }
}
