/** Fits a mixture to features: several starts, the best kept. */
import { FailureError } from '../../failure.ts';
import { randomOf, type Random } from '../random.ts';
import {
  maximizeExpectation,
  type MaximizationSettings,
  type MaximizedMixture,
} from './expectation-maximization.ts';
import { kMeans, seedRows } from './k-means.ts';
import type { FeatureRows } from './rows.ts';

/** `k-means`: the clusters of k-means; `k-means++`: its seeds alone, one row to a component. */
type StartName = 'k-means' | 'k-means++';

export interface FitSettings extends Omit<MaximizationSettings, 'progress'> {
  readonly start: StartName;
  /** How many starts; the one with the greatest lower bound is kept, the first of equals. */
  readonly starts: number;
  readonly seed: number;
  progress?(start: number, iteration: number, lowerBound: number): void;
}

export interface FittedMixture extends MaximizedMixture {
  /** Which of the starts was kept, from 0. */
  readonly start: number;
}

/** Fails with FEATURES_EMPTY, COMPONENTS_TOO_MANY (fewer rows than components) or COVARIANCE_SINGULAR. */
export async function fitMixture(rows: FeatureRows, settings: FitSettings): Promise<FittedMixture> {
  checkRows(rows, settings.components);
  let best: FittedMixture | undefined;
  for (let start = 0; start < settings.starts; start++) {
    const labels = await starts[settings.start](rows, settings, randomOf(settings.seed, 'mixture', start));
    const fitted = await maximizeExpectation(rows, labels, {
      ...settings,
      progress: (iteration, lowerBound) => settings.progress?.(start, iteration, lowerBound),
    });
    if (best === undefined || lastBound(fitted) > lastBound(best)) best = { ...fitted, start };
  }
  if (best === undefined) throw new RangeError('a mixture needs at least one start');
  return best;
}

const starts: Record<
  StartName,
  (rows: FeatureRows, settings: FitSettings, random: Random) => Promise<Int32Array>
> = {
  'k-means': (rows, { components, signal }, random) => kMeans(rows, components, random, signal),
  'k-means++': async (rows, { components }, random) => {
    const labels = new Int32Array(rows.count).fill(-1);
    (await seedRows(rows, components, random)).forEach((row, k) => (labels[row] = k));
    return labels;
  },
};

const lastBound = ({ lowerBounds }: MaximizedMixture): number => lowerBounds.at(-1) ?? -Infinity;

function checkRows({ count, width }: FeatureRows, components: number): void {
  if (count === 0 || width === 0)
    throw new FailureError({
      code: 'FEATURES_EMPTY',
      message: `there are no features to fit a mixture to: (${count}, ${width})`,
      remedy: 'check that the folder of real faces holds readable images',
    });
  if (components > count)
    throw new FailureError({
      code: 'COMPONENTS_TOO_MANY',
      message: `${components} components cannot be fitted to ${count} rows of features; every component needs at least one row`,
      remedy: `set gmm.components to ${count} or less (far less for a stable fit), or use more real faces`,
    });
}
