import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/science/array/npy.ts';
import type { FeatureSet } from '../../../src/science/datasets/feature-set.ts';
import type { CovarianceName } from '../../../src/science/mixture/covariance.ts';
import { scoreFeatures } from '../../../src/science/mixture/detector.ts';
import { readDetector, writeDetector } from '../../../src/science/mixture/files.ts';
import { fitMixture } from '../../../src/science/mixture/fit.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { measureStandardisation } from '../../../src/science/mixture/measure-standardisation.ts';
import { randomOf } from '../../../src/science/random.ts';
import { folderOfTest } from '../../temporary-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await folderOfTest();
});

const random = randomOf(5, 'features');
const data = Float32Array.from({ length: 240 }, () => random.normal());
const features: FeatureSet = { name: 'test', data, width: 3, ids: [] };

const resources = { cpus: 1, signal: new AbortController().signal };

async function detectorOf(covariance: CovarianceName, standardize: boolean) {
  const standardisation = standardize ? await measureStandardisation(rowsInMemory(data, 3)) : undefined;
  const fitted = await fitMixture(rowsInMemory(data, 3, standardisation), {
    components: 2,
    covariance,
    regularization: 0.01,
    tolerance: 1e-3,
    maximumIterations: 20,
    start: 'k-means',
    starts: 1,
    seed: 1,
    memory: 2 ** 26,
    ...resources,
  });
  return { fitted, detector: { mixture: fitted.mixture, standardisation, threshold: -4.25 } };
}

describe('a detector on disk', () => {
  it.each([
    ['full', true],
    ['full', false],
    ['diag', true],
    ['tied', true],
    ['spherical', false],
  ] as const)(
    'scores as it did before it was written: %s, standardised %s',
    async (covariance, standardize) => {
      const { fitted, detector } = await detectorOf(covariance, standardize);
      await writeDetector(folder, detector, fitted, 5);
      const read = await readDetector(folder);
      expect(read.threshold).toBe(-4.25);
      expect(await scoreFeatures(read, features, resources)).toEqual(fitted.logLikelihoods);
    },
  );

  it('holds the factors as scikit-learn does: upper triangular, the precision is U Uᵀ', async () => {
    const { fitted, detector } = await detectorOf('full', true);
    await writeDetector(folder, detector, fitted, 5);
    const { shape, data: factors } = await readNpy(join(folder, 'precisions-cholesky.npy'), '<f8');
    expect(shape).toEqual([2, 3, 3]);
    expect([factors[3], factors[6], factors[7]]).toEqual([0, 0, 0]);
    expect(factors[1]).toBe(detector.mixture.components[0]?.factor[3]);
  });

  it('refuses features of another width', async () => {
    const { detector } = await detectorOf('full', true);
    await expect(scoreFeatures(detector, { ...features, width: 4 }, resources)).rejects.toThrow(
      'test: FEATURES_WIDTH the test features have 4 columns, the mixture was fitted to 3',
    );
  });

  it('refuses features that are not finite, by the name of the image', async () => {
    const { detector } = await detectorOf('full', true);
    const broken = { ...features, data: Float32Array.of(1, 2, Number.NaN), ids: ['0.jpg'] };
    await expect(scoreFeatures(detector, broken, resources)).rejects.toThrow(
      /FEATURES_NOT_FINITE row 0 \(0\.jpg\)/,
    );
  });
});
