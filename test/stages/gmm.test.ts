import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import type { MixtureFile } from '../../src/science/mixture/files.ts';
import gmm from '../../stages/gmm.ts';
import { featureFolder, normalRows } from './feature-folder.ts';
import { mixtureParameters as params } from './mixture-parameters.ts';
import { runStage } from './run-stage.ts';
import { folderOfTest } from '../temporary-folder.ts';

let root: string;
let train: string;
let validation: string;
beforeEach(async () => {
  root = await folderOfTest();
  train = await featureFolder(join(root, 'train'), normalRows('train', 200, 3), 3);
  validation = await featureFolder(join(root, 'validation'), normalRows('validation', 60, 3), 3);
});

describe('gmm', () => {
  it('writes the mixture and a threshold that one training row in twenty lies below', async () => {
    const { output, metrics } = await runStage(gmm, params, { train, validation });
    const file = JSON.parse(await readFile(join(output, 'mixture.json'), 'utf8')) as MixtureFile;
    expect(file).toMatchObject({ components: 2, width: 3, rows: 200, covariance: 'full' });
    expect((await readNpy(join(output, 'means.npy'), '<f8')).shape).toEqual([2, 3]);
    expect((await readNpy(join(output, 'precisions-cholesky.npy'), '<f8')).shape).toEqual([2, 3, 3]);
    const { data } = await readNpy(join(output, 'log-likelihoods.npy'), '<f8');
    expect(data.filter((value) => value < file.threshold.value)).toHaveLength(10);
    expect(metrics.get('iterations')?.value).toBe(file.convergence.iterations);
    expect(metrics.get('bic')?.value).toBe(file.bic);
    expect(metrics.get('falseAlarm.validation')).toMatchObject({
      unit: 'percent',
      direction: 'lower',
      count: 60,
    });
    expect(metrics.get('logLikelihood.heldOut')?.count).toBe(60);
    expect(JSON.parse(await readFile(join(output, 'held-out.json'), 'utf8'))).toEqual({
      rows: 60,
      logLikelihood: metrics.get('logLikelihood.heldOut')?.value,
      falseAlarmRate: expect.closeTo(
        (metrics.get('falseAlarm.validation')?.value as number) / 100,
        12,
      ) as number,
    });
  });

  it('reports its iterations', async () => {
    const { progress, metrics } = await runStage(gmm, params, { train, validation });
    expect(progress).toHaveLength(metrics.get('iterations')?.value as number);
    expect(progress[0]).toMatchObject({ done: 1, total: 50, unit: 'iterations' });
    expect(progress[0]?.note).toMatch(/^lower bound -\d/);
  });

  it('writes the same bytes twice', async () => {
    const [one, two] = [
      await runStage(gmm, params, { train, validation }),
      await runStage(gmm, params, { train, validation }),
    ];
    for (const file of ['mixture.json', 'means.npy', 'precisions-cholesky.npy', 'log-likelihoods.npy'])
      expect(await readFile(join(two.output, file))).toEqual(await readFile(join(one.output, file)));
  });

  it.each(['full', 'tied', 'diag', 'spherical'] as const)(
    'writes the same bytes when the features stay on disk: %s',
    async (covariance) => {
      const one = await runStage(gmm, { ...params, covariance }, { train, validation });
      const two = await runStage(gmm, { ...params, covariance, memory: 0.001 }, { train, validation });
      for (const file of ['mixture.json', 'means.npy', 'precisions-cholesky.npy', 'log-likelihoods.npy'])
        expect(await readFile(join(two.output, file))).toEqual(await readFile(join(one.output, file)));
    },
  );

  it('starts from the mixture of fewer components that it is given', async () => {
    const two = await runStage(gmm, params, { train, validation });
    const more = { ...params, components: 3, start: 'split' } as const;
    const three = await runStage(gmm, more, { train, validation, fewer: two.output });
    const bound = (metrics: typeof two.metrics) => metrics.get('lowerBound')?.value as number;
    expect(bound(three.metrics)).toBeGreaterThan(bound(two.metrics));
    await expect(
      runStage(gmm, { ...more, start: 'k-means' }, { train, validation, fewer: two.output }),
    ).rejects.toThrow('WARM_START_UNFIT');
  });

  it('does without a validation set', async () => {
    const none = await featureFolder(join(root, 'none'), new Float32Array(), 3);
    const { metrics, log } = await runStage(gmm, params, { train, validation: none });
    expect([...metrics.keys()]).toEqual(['iterations', 'lowerBound', 'aic', 'bic']);
    expect(log).toContain('no validation images: nothing is held out');
  });

  it('is fitted to the validation images too where that is asked, with the numbers of one set of both', async () => {
    const both = Float32Array.of(...normalRows('train', 200, 3), ...normalRows('validation', 60, 3));
    const joined = await featureFolder(join(root, 'joined'), both, 3);
    const one = await runStage(gmm, params, { train: joined, validation });
    const asked = { ...params, fitTo: 'train-and-validation' } as const;
    for (const memory of [64, 0.001]) {
      const { output, log, metrics } = await runStage(gmm, { ...asked, memory }, { train, validation });
      for (const file of ['mixture.json', 'means.npy', 'precisions-cholesky.npy', 'log-likelihoods.npy'])
        expect(await readFile(join(output, file))).toEqual(await readFile(join(one.output, file)));
      expect(metrics.has('falseAlarm.validation')).toBe(false);
      expect(log).toContain('fitted to the validation images too: nothing is held out');
    }
    const other = await featureFolder(join(root, 'other'), normalRows('other', 5, 2), 2);
    await expect(runStage(gmm, asked, { train, validation: other })).rejects.toThrow(
      'FEATURES_SHAPE has rows of 2 numbers, train of 3',
    );
  });

  it('refuses more components than there are rows', async () => {
    await expect(runStage(gmm, { ...params, components: 201 }, { train, validation })).rejects.toThrow(
      'COMPONENTS_TOO_MANY 201 components cannot be fitted to 200 rows',
    );
  });

  it('refuses a NaN among the features, in training and in validation, by the name of the image', async () => {
    const broken = normalRows('broken', 20, 3);
    broken[31] = Number.NaN;
    const nan = await featureFolder(join(root, 'nan'), broken, 3);
    const message = 'nan: FEATURES_NOT_FINITE row 10 (10.jpg) of the nan features holds NaN in column 1';
    await expect(runStage(gmm, params, { train: nan, validation })).rejects.toThrow(message);
    await expect(runStage(gmm, params, { train, validation: nan })).rejects.toThrow(message);
  });
});
