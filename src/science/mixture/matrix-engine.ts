/**
 * Expectation and maximisation by matrix products, for wide full covariances. One iteration reads the rows once: a group of
 * rows gets its densities, and its moments and scatter are added at once about each component's last mean. Components that
 * are negligible for a row cost it little (pruning.ts); those that are not are computed in float64, as in the plain loops.
 */
import { SingularColumn, leastPivot, type CovarianceName } from './covariance.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { groupDensities } from './group-densities.ts';
import { openMatrixProducts, type MatrixProducts } from './matrix-products.ts';
import { logSum, type Component, type Mixture } from './mixture.ts';
import { panelComponent } from './panelled-component.ts';
import { inverseCholesky } from './panel-cholesky.ts';
import { blocksOf, fromRowPanels } from './panels.ts';
import { largestMeans } from './plain-engine.ts';
import { pruningMargin } from './pruning.ts';
import { rowGroups, rowsWithin, type RowGroup } from './row-groups.ts';
import { forEachBlock, type FeatureRows } from './rows.ts';
import { scatterSums, type ScatterSums } from './scatter-sums.ts';
import { requireFactor } from './singular.ts';

/** For `full` and `tied` covariances. `near` (D) is a point near the rows, their mean where absent. Close it. */
export async function openMatrixEngine(
  rows: FeatureRows,
  name: CovarianceName,
  settings: EngineSettings,
  near?: Float64Array,
): Promise<Engine> {
  const { width } = rows;
  const origin = near ?? (await overallMean(rows));
  const products = await openMatrixProducts(settings.cpus);
  const atOnce = rowsWithin(settings.memory, width);

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
    const densities = groupDensities(components, pruningMargin(rows.count), products);
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

  async function maximize(centres: readonly Float64Array[], sums: readonly ScatterSums[]): Promise<Mixture> {
    const moments = await Promise.all(sums.map((sum) => sum.total()));
    // 10 eps keeps a component that no row belongs to from dividing by zero.
    const counts = moments.map(({ count }) => count + 10 * Number.EPSILON);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const means = moments.map(({ count, moments }, k) =>
      moments.map((moment, d) => {
        const centre = ((centres[k] as Float64Array)[d] as number) + (origin[d] as number);
        return (moment + count * centre) / (counts[k] as number);
      }),
    );
    moments.forEach(({ count, moments, scatter }, k) => {
      const shift = (means[k] as Float64Array).map(
        (mean, d) => mean - (origin[d] as number) - ((centres[k] as Float64Array)[d] as number),
      );
      moveScatter(scatter, width, count, moments, shift);
    });
    const factors: Float64Array[] = [];
    if (name === 'tied') {
      const [pooled, ...others] = moments.map(({ scatter }) => scatter) as [
        readonly Float64Array[],
        ...(readonly Float64Array[])[],
      ];
      for (const other of others) addPanels(pooled, other);
      const factor = await factorOf(pooled, total, largestMeans(means), undefined);
      for (let k = 0; k < means.length; k++) factors.push(factor);
    } else {
      for (const [k, { scatter }] of moments.entries())
        factors.push(await factorOf(scatter, counts[k] as number, means[k] as Float64Array, k));
    }
    return {
      covariance: name,
      width,
      components: means.map((mean, k): Component => ({
        weight: (counts[k] as number) / total,
        mean,
        factor: factors[k] as Float64Array,
      })),
    };
  }

  async function factorOf(
    scatter: readonly Float64Array[],
    weight: number,
    mean: Float64Array,
    component: number | undefined,
  ): Promise<Float64Array> {
    const { components, regularization } = settings;
    const factor = await factorPanels(scatter, weight, regularization, mean, products);
    return requireFactor(factor, { component, components, rows: weight, width, regularization });
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

/**
 * Moves the scatter about a centre to the mean, `shift` (D) from it: S - s δᵀ - δ sᵀ + R δ δᵀ for the sum R of
 * responsibilities and the moments s (D) about the centre.
 */
function moveScatter(
  scatter: readonly Float64Array[],
  width: number,
  count: number,
  moments: Float64Array,
  shift: Float64Array,
): void {
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
  scatter: readonly Float64Array[],
  weight: number,
  regularization: number,
  mean: Float64Array,
  products: MatrixProducts,
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

function addPanels(sums: readonly Float64Array[], more: readonly Float64Array[]): void {
  sums.forEach((panel, b) => {
    for (let i = 0; i < panel.length; i++)
      panel[i] = (panel[i] as number) + ((more[b] as Float64Array)[i] as number);
  });
}

async function overallMean(rows: FeatureRows): Promise<Float64Array> {
  const sums = new Float64Array(rows.width);
  await forEachBlock(rows, (block) => {
    for (let i = 0; i < block.length; i += rows.width)
      for (let d = 0; d < rows.width; d++) sums[d] = (sums[d] as number) + (block[i + d] as number);
  });
  return sums.map((sum) => sum / rows.count);
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
