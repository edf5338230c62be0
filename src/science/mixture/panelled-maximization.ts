/** Maximisation from sums that were collected about a centre of each component (scatter-sums.ts), in panels. */
import { leastPivot, SingularColumn, type CovarianceName } from './covariance.ts';
import type { EngineSettings } from './engine.ts';
import type { MatrixProducts } from './matrix-products.ts';
import type { Mixture } from './mixture.ts';
import { inverseCholesky } from './panel-cholesky.ts';
import { blocksOf, fromRowPanels } from './panels.ts';
import { largestMeans } from './plain-engine.ts';
import type { ScatterSums } from './scatter-sums.ts';
import { requireFactor } from './singular.ts';

interface PanelSettings extends Pick<EngineSettings, 'components' | 'regularization'> {
  readonly name: CovarianceName;
  /** What each component's sums are about, from the origin: K of (D). */
  readonly centres: readonly Float64Array[];
  /** (D). */
  readonly origin: Float64Array;
  readonly products: MatrixProducts;
}

/** The parameters that maximise the likelihood of what was summed. Fails with COVARIANCE_SINGULAR. */
export async function maximizePanels(
  sums: readonly ScatterSums[],
  settings: PanelSettings,
): Promise<Mixture> {
  const { name, centres, origin } = settings;
  const moments = await Promise.all(sums.map((sum) => sum.total()));
  // 10 eps keeps a component that no row belongs to from dividing by zero.
  const counts = moments.map(({ count }) => count + 10 * Number.EPSILON);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places = centres.map((centre) => centre.map((value, d) => value + (origin[d] as number)));
  const means = moments.map(({ count, moments }, k) =>
    moments.map((moment, d) => {
      const centre = (places[k] as Float64Array)[d] as number;
      return (moment + count * centre) / (counts[k] as number);
    }),
  );
  moments.forEach(({ count, moments, scatter }, k) => {
    const centre = centres[k] as Float64Array;
    const shift = (means[k] as Float64Array).map(
      (mean, d) => mean - (origin[d] as number) - (centre[d] as number),
    );
    moveScatter(scatter, count, moments, shift);
  });
  const scatters = moments.map(({ scatter }) => scatter);
  const factors = name === 'tied' ? await sharedFactor(scatters) : await ownFactors(scatters);
  return {
    covariance: name,
    width: origin.length,
    components: means.map((mean, k) => ({
      weight: (counts[k] as number) / total,
      mean,
      factor: factors[k] as Float64Array,
    })),
  };

  async function ownFactors(scatters: readonly Panels[]): Promise<Float64Array[]> {
    const factors: Float64Array[] = [];
    for (const [k, scatter] of scatters.entries())
      factors.push(await factorOf(scatter, counts[k] as number, means[k] as Float64Array, k));
    return factors;
  }

  async function sharedFactor(scatters: readonly Panels[]): Promise<Float64Array[]> {
    const [pooled, ...others] = scatters as readonly [Panels, ...Panels[]];
    for (const other of others) addPanels(pooled, other);
    const factor = await factorOf(pooled, total, largestMeans(means), undefined);
    return means.map(() => factor);
  }

  async function factorOf(
    scatter: Panels,
    weight: number,
    mean: Float64Array,
    component: number | undefined,
  ): Promise<Float64Array> {
    const { components, regularization } = settings;
    const factor = await factorPanels(scatter, weight, mean, settings);
    const { length: width } = mean;
    return requireFactor(factor, { component, components, rows: weight, width, regularization });
  }
}

/** Column panels of a symmetric matrix (D, D). */
type Panels = readonly Float64Array[];

/**
 * Moves the scatter about a centre to the mean, `shift` (D) from it: S - s δᵀ - δ sᵀ + R δ δᵀ for the sum R of
 * responsibilities and the moments s (D) about the centre.
 */
function moveScatter(scatter: Panels, count: number, moments: Float64Array, shift: Float64Array): void {
  const width = shift.length;
  blocksOf(width).forEach(({ first, end }, b) => {
    const panel = scatter[b] as Float64Array;
    for (let row = first, at = 0; row < width; row++) {
      const moment = moments[row] as number;
      const step = shift[row] as number;
      for (let column = first; column < end; column++, at++)
        panel[at] =
          (panel[at] as number) -
          moment * (shift[column] as number) +
          step * (count * (shift[column] as number) - (moments[column] as number));
    }
  });
}

/** W with Σ⁻¹ = Wᵀ W from column panels of the scatter, as `Covariance.factorPrecision`. */
async function factorPanels(
  scatter: Panels,
  weight: number,
  mean: Float64Array,
  { regularization, products }: PanelSettings,
): Promise<Float64Array | SingularColumn> {
  const width = mean.length;
  const variances = new Float64Array(width);
  blocksOf(width).forEach(({ first, end }, b) => {
    const panel = scatter[b] as Float64Array;
    for (let i = 0; i < panel.length; i++) panel[i] = (panel[i] as number) / weight;
    for (let d = first; d < end; d++) {
      const diagonal = (d - first) * (end - first + 1);
      panel[diagonal] = variances[d] = (panel[diagonal] as number) + regularization;
    }
  });
  const least = variances.map((variance, d) => leastPivot(variance, mean[d] as number, width));
  const found = await inverseCholesky(scatter, width, least, products);
  return Array.isArray(found)
    ? fromRowPanels(found, width)
    : new SingularColumn(found.row, Math.max(...variances), found.value);
}

function addPanels(sums: Panels, more: Panels): void {
  sums.forEach((panel, b) => {
    for (let i = 0; i < panel.length; i++)
      panel[i] = (panel[i] as number) + ((more[b] as Float64Array)[i] as number);
  });
}
