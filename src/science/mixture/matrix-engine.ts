/**
 * Expectation and maximisation by matrix products, for wide full covariances. One iteration reads the rows once: a group of
 * rows gets its densities, and its moments and scatter are added at once about each component's last mean. Components that
 * are negligible for a row cost it little (pruning.ts); those that are not are computed in float64, as in the plain loops.
 */
import type { CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { groupDensities } from './group-densities.ts';
import { openMatrixProducts } from './matrix-products.ts';
import { logSum, type Mixture } from './mixture.ts';
import { panelComponent } from './panelled-component.ts';
import { maximizePanels } from './panelled-maximization.ts';
import { pruningMargin } from './pruning.ts';
import { rowGroups, rowsWithin, type RowGroup } from './row-groups.ts';
import { columnMeans, forEachBlock, type FeatureRows } from './rows.ts';
import { sharedDensities } from './shared-densities.ts';
import { scatterSums, type ScatterSums } from './scatter-sums.ts';

/** For `full` and `tied` covariances. `near` (D) is a point near the rows, their mean where absent. Close it. */
export async function openMatrixEngine(
  rows: FeatureRows,
  name: CovarianceName,
  settings: EngineSettings,
  near?: Float64Array,
): Promise<Engine> {
  const { width } = rows;
  const origin = near ?? (await columnMeans(rows));
  const products = await openMatrixProducts(settings.cpus);
  const atOnce = rowsWithin(settings.memory, width);
  const maximize = (centres: readonly Float64Array[], sums: readonly ScatterSums[]): Promise<Mixture> =>
    maximizePanels(sums, { ...settings, name, centres, origin, products });

  return {
    async fromLabels(labels) {
      const centres = await centresOf(rows, labels, settings.components, origin);
      const sums = centres.map((centre) => scatterSums(centre, products));
      for await (const groups of rowGroups(rows, labels, origin, atOnce)) {
        settings.signal.throwIfAborted();
        for (const group of groups)
          await sums[group.component]?.addGroup(group, new Float64Array(group.rows.length).fill(1));
      }
      return maximize(centres, sums);
    },

    async iterate(mixture, labels) {
      const centres = mixture.components.map(({ mean }) =>
        mean.map((value, d) => value - (origin[d] as number)),
      );
      const sums = centres.map((centre) => scatterSums(centre, products));
      const logLikelihoods = await expect(mixture, labels, sums);
      return { logLikelihoods, mixture: await maximize(centres, sums) };
    },

    expect: (mixture, labels) => expect(mixture, labels, undefined),
    close: () => products.close(),
  };

  async function expect(
    mixture: Mixture,
    labels: Int32Array,
    sums: readonly ScatterSums[] | undefined,
  ): Promise<Float64Array> {
    const components = mixture.components.map((component) => panelComponent(component, origin));
    const densities =
      name === 'tied'
        ? sharedDensities(components, products)
        : groupDensities(components, pruningMargin(rows.count), products);
    const likelihoods = new Float64Array(rows.count);
    for await (const groups of rowGroups(rows, labels, origin, atOnce))
      for (const group of groups) {
        settings.signal.throwIfAborted();
        const weighted = await densities.of(group);
        toResponsibilities(weighted, group, likelihoods, labels);
        if (sums !== undefined) await addToSums(sums, group, weighted);
      }
    return likelihoods;
  }
}

/** Turns log densities into responsibilities in place; writes the likelihoods and labels of the group's rows. */
function toResponsibilities(
  weighted: readonly Float64Array[],
  { rows }: RowGroup,
  likelihoods: Float64Array,
  labels: Int32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const likelihood = logSum(weighted, i);
    likelihoods[row] = likelihood;
    let label = 0;
    let greatest = -1;
    for (let k = 0; k < weighted.length; k++) {
      const densities = weighted[k] as Float64Array;
      const responsibility = Math.exp((densities[i] as number) - likelihood);
      densities[i] = responsibility;
      if (responsibility > greatest) {
        greatest = responsibility;
        label = k;
      }
    }
    labels[row] = label;
  }
}

async function addToSums(
  sums: readonly ScatterSums[],
  group: RowGroup,
  responsibilities: readonly Float64Array[],
): Promise<void> {
  for (const [k, sum] of sums.entries()) {
    if (k === group.component) continue;
    const of = responsibilities[k] as Float64Array;
    for (let i = 0; i < of.length; i++) if (of[i] !== 0) await sum.addRow(group, i, of[i] as number);
  }
  await sums[group.component]?.addGroup(group, responsibilities[group.component] as Float64Array);
}

/** The mean of the rows with each label, from the origin: K arrays of (D), zero for a label without rows. */
async function centresOf(
  rows: FeatureRows,
  labels: Int32Array,
  components: number,
  origin: Float64Array,
): Promise<Float64Array[]> {
  const { width } = rows;
  const centres = Array.from({ length: components }, () => new Float64Array(width));
  const counts = new Int32Array(components);
  await forEachBlock(rows, (block, first, count) => {
    for (let i = 0; i < count; i++) {
      const label = labels[first + i] as number;
      const centre = centres[label];
      if (centre === undefined) continue;
      counts[label] = (counts[label] as number) + 1;
      for (let d = 0; d < width; d++)
        centre[d] = (centre[d] as number) + (block[i * width + d] as number) - (origin[d] as number);
    }
  });
  centres.forEach((centre, k) => {
    for (let d = 0; d < width; d++) centre[d] = (centre[d] as number) / Math.max(1, counts[k] as number);
  });
  return centres;
}
