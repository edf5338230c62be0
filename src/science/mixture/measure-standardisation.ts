/** Means and deviations of the columns of the training features. */
import { columnMeans, forEachBlock, type FeatureRows } from './rows.ts';
import { type Standardisation, standardisationOf } from './standardisation.ts';

/** Measures the columns of N >= 1 rows, in two passes. Fails with FEATURES_NOT_FINITE. */
export async function measureStandardisation(rows: FeatureRows): Promise<Standardisation> {
  const { count, width } = rows;
  const means = await columnMeans(rows);
  const deviations = new Float64Array(width);
  await forEachBlock(rows, (block) => {
    for (let i = 0, d = 0; i < block.length; i++, d = d + 1 === width ? 0 : d + 1)
      deviations[d] = (deviations[d] as number) + ((block[i] as number) - (means[d] as number)) ** 2 / count;
  });
  for (let d = 0; d < width; d++) {
    const deviation = Math.sqrt(deviations[d] as number);
    // A constant column leaves only the rounding of its mean; dividing by that would make noise of it.
    deviations[d] = deviation > 1e-14 * Math.abs(means[d] as number) ? deviation : 1;
  }
  return standardisationOf(means, deviations);
}
