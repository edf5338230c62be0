/**
 * What differs between the kinds of covariance a mixture can have. The loop of expectation and maximisation asks
 * a kind for everything that depends on it and never branches on its name.
 */

export type CovarianceName = 'full' | 'diag' | 'tied' | 'spherical';

export interface Covariance {
  readonly name: CovarianceName;
  /** The shape of one component's factor: [D, D] or [D]. */
  factorShape(width: number): readonly number[];
  /** Whether all components have one covariance, of all their scatter. */
  readonly isShared: boolean;
  /** Free numbers in one component's covariance (in the one that is shared), for AIC and BIC. */
  freeParameters(width: number): number;
  /**
   * scatter += sum over rows of r_i (x_i - mean)(x_i - mean)ᵀ, or what of it the kind needs.
   * `block` (count, D); `weights` (count) holds the responsibilities r.
   */
  addScatter(
    block: Float64Array,
    count: number,
    weights: Float64Array,
    mean: Float64Array,
    scatter: Float64Array,
  ): void;
  /**
   * The factor W of the precision, Σ⁻¹ = Wᵀ W, from Σ = scatter / weight + regularization on the diagonal.
   * Overwrites `scatter`. A `SingularColumn` when Σ is not positive definite: some direction has no variance beyond the
   * rounding of float64 numbers as large as its mean.
   */
  factorPrecision(
    scatter: Float64Array,
    weight: number,
    regularization: number,
    mean: Float64Array,
  ): Float64Array | SingularColumn;
  /** ln det W = -1/2 ln det Σ. */
  logDeterminant(factor: Float64Array, width: number): number;
  /**
   * out[i] = |W (x_i - mean)|², the squared Mahalanobis distance. `block` (count, D); `out` has room for
   * `count` rounded up to a multiple of four.
   */
  squaredDistances(
    block: Float64Array,
    count: number,
    mean: Float64Array,
    factor: Float64Array,
    out: Float64Array,
  ): void;
}

/** The column at which a covariance turned out not to be positive definite. */
export class SingularColumn {
  readonly column: number;
  /** Of any column. */
  readonly largestVariance: number;
  /** What is left of this column's variance once the columns before it are known. */
  readonly remaining: number;

  constructor(column: number, largestVariance: number, remaining: number) {
    this.column = column;
    this.largestVariance = largestVariance;
    this.remaining = remaining;
  }
}

/** The variance that rounding alone can leave in a column with this mean. */
export const roundingVariance = (mean: number): number => (8 * Number.EPSILON * mean) ** 2;

/**
 * What a column's squared pivot must exceed, of `width` columns: what is left of a variance after the columns before it,
 * when they determine it, is rounding.
 */
export const leastPivot = (variance: number, mean: number, width: number): number =>
  Math.max(width * Number.EPSILON * variance, roundingVariance(mean));

/** A responsibility below this one cannot change a sum of float64 numbers of which others are near one. */
export const negligible = 2 ** -80;
