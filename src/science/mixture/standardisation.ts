/** Columns of mean 0 and deviation 1, by means and deviations that were measured on the training features. */
export interface Standardisation {
  /** (D) column means. */
  readonly means: Float64Array;
  /** (D) column deviations (divided by N, not N - 1); 1 for a constant column. */
  readonly deviations: Float64Array;
  /** Standardises rows (n, D) in place. */
  apply(rows: Float64Array): void;
}

/** By means (D) and deviations (D), none of them 0. */
export function standardisationOf(means: Float64Array, deviations: Float64Array): Standardisation {
  const width = means.length;
  return {
    means,
    deviations,
    apply(rows) {
      for (let i = 0; i < rows.length; i += width)
        for (let d = 0; d < width; d++)
          rows[i + d] = ((rows[i + d] as number) - (means[d] as number)) / (deviations[d] as number);
    },
  };
}
