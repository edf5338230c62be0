/** Which engine pays for which features: matrix products where full covariances are wide, plain loops elsewhere. */
import type { CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { openMatrixEngine } from './matrix-engine.ts';
import { plainEngine } from './plain-engine.ts';
import { logLikelihoods, type Mixture } from './mixture.ts';
import { checkFiniteRows, type FeatureRows } from './rows.ts';

/** Columns from which matrix products are faster than plain loops. */
const wideFrom = 96;

/** It depends on the shape alone, so that results do too. */
export const usesMatrixProducts = ({ width }: Pick<FeatureRows, 'width'>, name: CovarianceName): boolean =>
  (name === 'full' || name === 'tied') && width >= wideFrom;

export async function openEngine(
  rows: FeatureRows,
  name: CovarianceName,
  settings: EngineSettings,
): Promise<Engine> {
  return usesMatrixProducts(rows, name)
    ? openMatrixEngine(rows, name, settings)
    : plainEngine(rows, name, settings);
}

/** ln p(x) of every row (N), of rows the mixture was not necessarily fitted to. Fails with FEATURES_NOT_FINITE. */
export async function scoreRows(
  mixture: Mixture,
  rows: FeatureRows,
  resources: Pick<EngineSettings, 'cpus' | 'memory' | 'signal'>,
): Promise<Float64Array> {
  if (!usesMatrixProducts(rows, mixture.covariance)) return logLikelihoods(mixture, rows);
  await checkFiniteRows(rows);
  const settings = { ...resources, components: mixture.components.length, regularization: 0 };
  const engine = await openMatrixEngine(rows, mixture.covariance, settings, meanOf(mixture));
  try {
    return await engine.expect(mixture, new Int32Array(rows.count).fill(-1));
  } finally {
    await engine.close();
  }
}

/** The mean of what the mixture describes (D): an origin that does not depend on which rows are scored together. */
function meanOf({ components, width }: Mixture): Float64Array {
  const mean = new Float64Array(width);
  for (const component of components)
    component.mean.forEach((value, d) => (mean[d] = (mean[d] as number) + component.weight * value));
  return mean;
}
