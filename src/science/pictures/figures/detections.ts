import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageInputs } from '../../../stage.ts';
import { readNpy } from '../../array/npy.ts';
import { listGenerators } from '../../datasets/generators.ts';
import type { SetIndex } from '../../datasets/describe-sets.ts';
import { readEvaluation, type EvaluationFile } from '../../tables/evaluation-file.ts';
import { likelihoodChart, precisionRecallChart, rocChart } from '../detection-charts.ts';
import type { Figure } from '../figures-page.ts';
import type { ScoredSet } from '../sheets.ts';
import { writeChart, type FiguresHost } from './write-chart.ts';

/** An evaluation with the images and the scores behind it. */
export interface ScoredImages {
  readonly evaluation: EvaluationFile;
  readonly real: ScoredSet;
  /** In the order of the evaluation. */
  readonly generated: readonly ScoredSet[];
}

export async function readDetections(
  inputs: StageInputs,
  split: 'test' | 'validation',
): Promise<ScoredImages> {
  const folder = inputs.one('evaluation').path;
  const evaluation = await readEvaluation(folder);
  const images = inputs.one(split === 'test' ? 'generated' : 'generatedValidation').path;
  const folders = new Map((await listGenerators(images)).map((each) => [each.name, each.folder]));
  const set = async (name: string, index: string, root: string): Promise<ScoredSet> => {
    const { ids } = JSON.parse(await readFile(join(index, 'index.json'), 'utf8')) as SetIndex;
    const { data: scores } = await readNpy(join(folder, 'scores', `${name}.npy`), '<f8');
    return { name, root, ids, scores };
  };
  const features = inputs.one('generatedFeatures').path;
  return {
    evaluation,
    real: await set('real', inputs.one('realFeatures').path, inputs.one('faces').path),
    generated: await Promise.all(
      evaluation.generators.map(({ name }) =>
        set(name, join(features, name), join(images, folders.get(name) ?? name)),
      ),
    ),
  };
}

export async function drawDetections(
  { evaluation, real, generated }: ScoredImages,
  host: FiguresHost,
): Promise<readonly Figure[]> {
  const detections = {
    evaluation,
    real: real.scores,
    generated: new Map(generated.map(({ name, scores }) => [name, scores])),
  };
  const { mean, realCount, falseAlarmRate } = evaluation;
  const { simulated } = host;
  return [
    await writeChart(host, rocChart(detections, simulated), {
      name: 'roc',
      title: 'ROC',
      caption: `${realCount} real faces against each generator; mean AUC ${percent(mean.auc)}.`,
    }),
    await writeChart(host, precisionRecallChart(detections, simulated), {
      name: 'precision-recall',
      title: 'Precision and recall',
      caption: `Both classes weigh the same; mean AP ${percent(mean.ap)}.`,
    }),
    await writeChart(host, likelihoodChart(detections, simulated), {
      name: 'likelihoods',
      title: 'Log-likelihoods and the threshold',
      caption:
        `Faces left of the dashed line count as generated: ${percent(falseAlarmRate)} of the real ones do. ` +
        `Mean Acc ${percent(mean.acc)}.`,
    }),
  ];
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
