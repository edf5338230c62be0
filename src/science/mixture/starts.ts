/** Where the fit of a mixture starts: a first assignment of rows to components. */
import { randomOf, type Random } from '../random.ts';
import { usesMatrixProducts } from './engines.ts';
import type { MaximizationSettings } from './expectation-maximization.ts';
import { kMeans } from './k-means.ts';
import { openMatrixProducts } from './matrix-products.ts';
import type { Mixture } from './mixture.ts';
import { columnMeans, shiftedRows, type FeatureRows } from './rows.ts';
import { seedRows } from './seeding.ts';
import { splitLabels, splitMixture } from './split-start.ts';
import { distancesByLoops, distancesByProducts, type SquaredDistances } from './squared-distances.ts';

/** `k-means`: the clusters of k-means; `k-means++`: its seeds alone, one row to a component; `random`: rows at random, alike; `split`: a mixture of fewer components, split. */
type StartName = 'k-means' | 'k-means++' | 'random' | 'split';

export interface StartSettings extends Omit<MaximizationSettings, 'progress' | 'save' | 'resumeFrom'> {
  readonly start: StartName;
  readonly seed: number;
  /** What a `split` start splits; where absent, a mixture of half as many components is fitted for it. */
  readonly fewer?: Mixture | undefined;
}

/** The label (0..K-1) of every row at the start of that number, -1 for a row that belongs to no component (N). */
export function startLabels(start: number, rows: FeatureRows, settings: StartSettings): Promise<Int32Array> {
  return starts[settings.start](rows, settings, randomOf(settings.seed, 'mixture', start));
}

type Start = (rows: FeatureRows, settings: StartSettings, random: Random) => Promise<Int32Array>;

const starts: Readonly<Record<StartName, Start>> = {
  'k-means': (rows, settings, random) => clusters(rows, settings.components, settings, random),
  'k-means++': (rows, settings, random) =>
    withDistances(rows, settings, async (rows, distances) =>
      single(rows.count, await seedRows(rows, settings.components, random, settings.signal, distances)),
    ),
  random: (rows, { components }, random) =>
    Promise.resolve(single(rows.count, random.permutation(rows.count).subarray(0, components))),
  split: (rows, settings, random) => {
    const quiet = { ...settings, progress: () => undefined };
    const halve = (part: FeatureRows, random: Random) => clusters(part, 2, settings, random);
    return settings.fewer === undefined
      ? splitLabels(rows, quiet, random, halve)
      : splitMixture(rows, settings.fewer, quiet, random, halve);
  },
};

function clusters(
  rows: FeatureRows,
  count: number,
  settings: StartSettings,
  random: Random,
): Promise<Int32Array> {
  return withDistances(rows, settings, (rows, distances) =>
    kMeans(rows, count, random, settings.signal, distances),
  );
}

/** Hands `work` the rows and the fastest way to measure distances between them. */
async function withDistances(
  rows: FeatureRows,
  { covariance, cpus }: StartSettings,
  work: (rows: FeatureRows, distances: SquaredDistances) => Promise<Int32Array>,
): Promise<Int32Array> {
  if (!usesMatrixProducts(rows, covariance)) return work(rows, distancesByLoops);
  const products = await openMatrixProducts(cpus);
  try {
    return await work(shiftedRows(rows, await columnMeans(rows)), distancesByProducts(products));
  } finally {
    await products.close();
  }
}

/** Labels that give each component one row and leave the others out. */
function single(count: number, chosen: Iterable<number>): Int32Array {
  const labels = new Int32Array(count).fill(-1);
  let component = 0;
  for (const row of chosen) labels[row] = component++;
  return labels;
}
