/** Scores real and generated faces by the mixture: Acc, AP and AUC of each generator, and the false alarms. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { writeNpy } from '../src/science/array/npy.ts';
import { readFeatureSet } from '../src/science/datasets/feature-set.ts';
import { evaluateDetection } from '../src/science/metrics/evaluation.ts';
import { scoreFeatures } from '../src/science/mixture/detector.ts';
import { readDetector } from '../src/science/mixture/files.ts';
import { inPaperOrder } from '../src/science/paper/paper.ts';
import type { EvaluationFile } from '../src/science/tables/evaluation-file.ts';
import { evaluationPage } from '../src/science/tables/evaluation-page.ts';
import { defineStage, type StageContext, type StageInput } from '../src/stage.ts';
import type { EvaluateParameters } from './parameters.ts';

type Context = StageContext<EvaluateParameters>;

export default defineStage<EvaluateParameters>({
  display: 'evaluation.md',

  async run(context) {
    const { params, inputs, output, marks } = context;
    const detector = await readDetector(inputs.one('mixture').path);
    const score = async (input: Pick<StageInput, 'path' | 'origin'>, name: string): Promise<Float64Array> => {
      context.signal.throwIfAborted();
      const scores = Float64Array.from(await scoreFeatures(detector, await readFeatureSet(input), context));
      await writeNpy(join(output, 'scores', `${name}.npy`), {
        type: '<f8',
        shape: [scores.length],
        data: scores,
      });
      return scores;
    };
    await mkdir(join(output, 'scores'));
    const real = await score(inputs.one('real'), 'real');
    const folder = inputs.one('generated');
    const generated: { name: string; scores: Float64Array }[] = [];
    const names = await generatorsIn(folder);
    for (const name of names) {
      const input = { path: join(folder.path, name), origin: `${folder.origin}/${name}` };
      generated.push({ name, scores: await score(input, name) });
      context.progress({ done: generated.length, total: names.length, unit: 'generators', note: name });
    }
    const usable = generated.filter(({ scores }) => scores.length > 0);
    if (usable.length === 0) throw noImages(folder);

    const evaluation: EvaluationFile = {
      split: params.split,
      components: detector.mixture.components.length,
      ...evaluateDetection(real, usable, detector.threshold, params.reals),
      withoutImages: generated.filter(({ scores }) => scores.length === 0).map(({ name }) => name),
    };
    await writeFile(join(output, 'evaluation.json'), `${JSON.stringify(evaluation, null, 1)}\n`);
    const page = evaluationPage(evaluation, marks.includes('simulated'));
    await writeFile(join(output, 'evaluation.md'), page.markdown);
    await writeFile(join(output, 'tables.json'), page.json);
    report(context, evaluation);
  },
});

async function generatorsIn({ path, origin }: StageInput): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.includes('real'))
    throw new FailureError({
      code: 'GENERATOR_NAMED_REAL',
      message: 'holds a folder named real among the generators',
      place: origin,
      remedy: 'move real faces to the folder of data.faces, or rename the generator',
    });
  return inPaperOrder(names);
}

function report({ metric }: Context, { mean, generators, falseAlarmRate, realCount }: EvaluationFile): void {
  const images = generators.reduce((sum, { count }) => sum + count, 0);
  for (const [name, result, count] of [
    ['mean', mean, images] as const,
    ...generators.map((generator) => [generator.name, generator, generator.count] as const),
  ])
    for (const key of ['acc', 'ap', 'auc'] as const)
      metric({
        name: `${key}.${name}`,
        value: 100 * result[key],
        direction: 'higher',
        unit: 'percent',
        count,
      });
  const value = 100 * falseAlarmRate;
  metric({ name: 'falseAlarm', value, direction: 'lower', unit: 'percent', count: realCount });
}

const noImages = ({ origin }: StageInput): FailureError =>
  new FailureError({
    code: 'GENERATED_NONE_USABLE',
    message: 'holds no generated image that could be described, so there is nothing to detect',
    place: origin,
    remedy: 'give a folder for each generator, with images in it, under data.generated',
  });
