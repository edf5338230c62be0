/**
 * Which components can be left out for a row, decided in float32 by a bound that holds whatever the rounding.
 *
 * A row's density under component j is c_j - |y|²/2 with y = W z + b. A computed ŷ in float32 differs from y by at most
 *
 *     e = γ (‖W‖_F |z| + |b|),   γ = n ε / (1 - n ε),   ε = 2⁻²⁴,
 *
 * in whatever order the sums are taken (Higham, Accuracy and Stability of Numerical Algorithms, 3.1 and 3.5), for any leading
 * rows of W. So |y| ≥ |ŷ| - e, and the row's responsibility is below exp(-margin) where |ŷ| - e exceeds the root of
 * 2 (c_j - floor + margin), `floor` being any density that the row has. docs/mixture.md has the argument in full.
 */

/** The rounding unit of float32. */
const unit = 2 ** -24;
/** The least normal number of float32: what underflow, flushed to zero, can take from a number or a product. */
const leastNormal = 2 ** -126;

const gamma = (roundings: number): number => (roundings * unit) / (1 - roundings * unit);

/** What the bound needs to know of a component: all norms are Euclidean (Frobenius for the factor). */
export interface PruningNorms {
  readonly factor: number;
  readonly offset: number;
}

/** e, for a row whose norm is `rowNorm`; of `width` columns. Infinite when float32 cannot say anything. */
export function narrowError({ factor, offset }: PruningNorms, rowNorm: number, width: number): number {
  // One rounding for each number of W and z, D products and sums, and as many eps of float64: less than D + 8 in all.
  const roundings = width + 8;
  // Of the numbers and products, then of the squares of ŷ.
  const underflow = 2 * leastNormal * width ** 1.5 * (factor + rowNorm + 3) + Math.sqrt(width * leastNormal);
  return roundings * unit < 0.5 ? gamma(roundings) * (factor * rowNorm + offset) + underflow : Infinity;
}

/**
 * The value that the float32 sum of squares of ŷ must exceed for the row to be left out: its density then lies
 * `margin` below the floor. -1 when nothing is needed. `constant` is c_j, `error` is e.
 */
export function pruningLimit(constant: number, floor: number, margin: number, error: number): number {
  const needed = 2 * (constant - floor + margin);
  if (needed < 0) return -1;
  return (Math.sqrt(needed) + error) ** 2 * squaresSlack;
}

/** At least c_j - |y|²/2, from the float32 sum of squares of all of ŷ: a floor for the row's density. */
export function densityAtLeast(constant: number, squares: number, error: number): number {
  return constant - (Math.sqrt(squares * squaresSlack) + error) ** 2 / 2;
}

/** The sum of squares of a block of ŷ is itself rounded, at most once for each of its rows and twice more. */
const squaresSlack = 1 + gamma(256);

/** Whether a sum of squares proves the row negligible. NaN and infinity prove nothing. */
export const isPruned = (squares: number, limit: number): boolean => squares > limit && squares < Infinity;

/**
 * How far below a row's density a component's may lie and still count. All that is left out of one component is less than
 * rows e^-margin = 1.2e-27, which is 1e-12 of the 10 eps that even a component without rows has.
 */
export const pruningMargin = (rows: number): number => Math.log(rows) + 62;
