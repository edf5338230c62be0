/**
 * What differs between the kinds of covariance a mixture can have. The loop of expectation and maximisation asks
 * a kind for everything that depends on it and never branches on its name.
 */

export type CovarianceName = 'full' | 'diag';

export interface Covariance {
  readonly name: CovarianceName;
  /** The shape of one component's factor: [D, D] or [D]. */
  factorShape(width: number): readonly number[];
  /** Free numbers in one component's covariance, for AIC and BIC. */
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
   * Overwrites `scatter`. Undefined when Σ is not positive definite: some direction has no variance beyond the
   * rounding of float64 numbers as large as its mean.
   */
  factorPrecision(
    scatter: Float64Array,
    weight: number,
    regularization: number,
    mean: Float64Array,
  ): Float64Array | undefined;
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

/** The variance that rounding alone can leave in a column with this mean. */
export const roundingVariance = (mean: number): number => (8 * Number.EPSILON * mean) ** 2;
