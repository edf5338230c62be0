import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import { areaUnderRoc } from '../../src/science/metrics/area-under-roc.ts';
import type { EvaluationFile } from '../../src/science/tables/evaluation-file.ts';
import { simulatedRemarks, simulatedWarning } from '../../src/science/tables/simulated.ts';
import evaluate from '../../stages/evaluate.ts';
import gmm from '../../stages/gmm.ts';
import { featureFolder, normalRows } from './feature-folder.ts';
import { mixtureParameters } from './mixture-parameters.ts';
import { runStage } from './run-stage.ts';
import { folderOfTest } from '../temporary-folder.ts';

let root: string;
let inputs: { mixture: string; real: string; generated: string };
beforeEach(async () => {
  root = await folderOfTest();
  const train = await featureFolder(join(root, 'train'), normalRows('train', 200, 2), 2);
  const params = { ...mixtureParameters, components: 1, regularization: 0.01 };
  const mixture = await runStage(gmm, params, { train, validation: train });
  await featureFolder(join(root, 'generated/unheard-of'), normalRows('other', 7, 2, 0), 2);
  await featureFolder(join(root, 'generated/VQGAN'), normalRows('vqgan', 30, 2, 3), 2);
  await featureFolder(join(root, 'generated/StyleGAN2'), normalRows('stylegan', 20, 2, 9), 2);
  inputs = {
    mixture: mixture.output,
    real: await featureFolder(join(root, 'test'), normalRows('real', 50, 2), 2),
    generated: join(root, 'generated'),
  };
});

const evaluationIn = async (output: string) =>
  JSON.parse(await readFile(join(output, 'evaluation.json'), 'utf8')) as EvaluationFile;

describe('evaluate', () => {
  it('gives Acc, AP and AUC of each generator in the order of the paper, others after them', async () => {
    const { output, metrics } = await runStage(evaluate, { split: 'test', reals: 'all' }, inputs);
    const evaluation = await evaluationIn(output);
    expect(evaluation.generators.map(({ name, count }) => [name, count])).toEqual([
      ['StyleGAN2', 20],
      ['VQGAN', 30],
      ['unheard-of', 7],
    ]);
    const [far, near, same] = evaluation.generators.map(({ auc }) => auc) as [number, number, number];
    expect(far).toBe(1);
    expect(near).toBeGreaterThan(0.9);
    expect(same).toBeLessThan(0.8);
    expect(evaluation.mean.auc).toBeCloseTo((far + near + same) / 3, 12);
    expect(metrics.get('auc.mean')).toEqual({
      name: 'auc.mean',
      value: 100 * evaluation.mean.auc,
      direction: 'higher',
      unit: 'percent',
      count: 57,
    });
    expect(metrics.get('acc.VQGAN')?.count).toBe(30);
    expect(metrics.get('falseAlarm')).toMatchObject({
      value: 100 * evaluation.falseAlarmRate,
      direction: 'lower',
    });
  });

  it('writes the scores that its numbers are made of', async () => {
    const { output } = await runStage(evaluate, { split: 'test', reals: 'all' }, inputs);
    const real = await readNpy(join(output, 'scores/real.npy'), '<f8');
    const generated = await readNpy(join(output, 'scores/unheard-of.npy'), '<f8');
    const { threshold, falseAlarmRate, generators } = await evaluationIn(output);
    expect(areaUnderRoc(real.data, generated.data)).toBe(generators[2]?.auc);
    expect(real.data.filter((score) => score < threshold).length / 50).toBe(falseAlarmRate);
  });

  it('ends with a table', async () => {
    const { output } = await runStage(evaluate, { split: 'test', reals: 'all' }, inputs);
    const { mean, generators, falseAlarmRate } = await evaluationIn(output);
    const page = await readFile(join(output, 'evaluation.md'), 'utf8');
    const cells = (name: string, images: string, { acc, ap, auc }: typeof mean) => [
      name,
      images,
      ...[acc, ap, auc].map((value) => (100 * value).toFixed(1)),
    ];
    const lines = page.split('\n').filter((line) => line.startsWith('|'));
    const found = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(found).toEqual([
      ['Generator', 'Images', 'Acc', 'AP', 'AUC'],
      [
        expect.stringMatching(/^:-+$/),
        ...Array.from({ length: 4 }, () => expect.stringMatching(/^-+:$/) as string),
      ],
      ...generators.map((generator) => cells(generator.name, String(generator.count), generator)),
      cells('mean', '', mean),
    ]);
    expect(page).toContain('# Detection of generated faces, test set');
    expect(page).toContain(
      `50 real faces, of which ${(100 * falseAlarmRate).toFixed(1)} % lie below the threshold`,
    );
    expect(page).not.toMatch(/simulated/i);
  });

  it('says of simulated data that it is simulated, and what must be said with it', async () => {
    const { output } = await runStage(evaluate, { split: 'validation', reals: 'all' }, inputs, {
      marks: ['simulated'],
    });
    const page = await readFile(join(output, 'evaluation.md'), 'utf8');
    expect(page).toContain('# Simulated: Detection of generated faces, validation set');
    for (const sentence of [simulatedWarning, ...simulatedRemarks]) expect(page).toContain(sentence);
  });

  it('names a generator without a usable image, and leaves it out of the mean', async () => {
    const before = await evaluationIn(
      (await runStage(evaluate, { split: 'test', reals: 'all' }, inputs)).output,
    );
    await featureFolder(join(root, 'generated/SDXL'), new Float32Array(), 2);
    const { output } = await runStage(evaluate, { split: 'test', reals: 'all' }, inputs);
    const { mean, withoutImages } = await evaluationIn(output);
    expect(withoutImages).toEqual(['SDXL']);
    expect(mean).toEqual(before.mean);
    expect(await readFile(join(output, 'evaluation.md'), 'utf8')).toContain(
      'Without a usable image, and not in the table: SDXL.',
    );
  });

  it('refuses a generator named real, which would stand for the real faces', async () => {
    await featureFolder(join(root, 'generated/real'), normalRows('real', 3, 2), 2);
    await expect(runStage(evaluate, { split: 'test', reals: 'all' }, inputs)).rejects.toThrow(
      'generated: GENERATOR_NAMED_REAL',
    );
  });

  it('refuses a folder without generated images', async () => {
    const generated = join(root, 'none');
    await featureFolder(join(generated, 'SDXL'), new Float32Array(), 2);
    await expect(
      runStage(evaluate, { split: 'test', reals: 'all' }, { ...inputs, generated }),
    ).rejects.toThrow('none: GENERATED_NONE_USABLE');
  });

  it('refuses a NaN among the features by the name of the image', async () => {
    await featureFolder(join(root, 'generated/HPS'), Float32Array.of(1, 2, Number.NaN, 4), 2);
    await expect(runStage(evaluate, { split: 'test', reals: 'all' }, inputs)).rejects.toThrow(
      'generated/HPS: FEATURES_NOT_FINITE row 1 (1.jpg)',
    );
  });

  it('refuses features of another kind than the mixture was fitted to', async () => {
    const real = await featureFolder(join(root, 'wide'), normalRows('wide', 5, 3), 3);
    await expect(runStage(evaluate, { split: 'test', reals: 'all' }, { ...inputs, real })).rejects.toThrow(
      'wide: FEATURES_WIDTH the wide features have 3 columns, the mixture was fitted to 2',
    );
  });
});
