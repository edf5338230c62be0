/** Lays out every table: the losses, the controls, the number of components, the rows of ours beside the paper's. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeldOut } from '../src/science/ranking/held-out-file.ts';
import { ablationTables } from '../src/science/tables/ablations.ts';
import { bestPoint } from '../src/science/tables/components-table.ts';
import { readEvaluation } from '../src/science/tables/evaluation-file.ts';
import type { AblationResults } from '../src/science/tables/results.ts';
import { defineStage, type StageContext, type StageInputs } from '../src/stage.ts';
import type { AblationsParameters } from './parameters.ts';

const trainings = ['both', 'exifOnly', 'manipulationOnly', 'randomWeights', 'statistics'] as const;

export default defineStage<AblationsParameters>({
  display: 'tables.md',

  async run(context) {
    const { inputs, output, marks } = context;
    const results = await readResults(inputs, marks.includes('simulated'));
    const { markdown, json, csv } = ablationTables(results);
    await writeFile(join(output, 'tables.md'), markdown);
    await writeFile(join(output, 'tables.json'), json);
    await writeFile(join(output, 'tables.csv'), csv);
    report(context, results);
  },
});

async function readResults(inputs: StageInputs, simulated: boolean): Promise<AblationResults> {
  const of = (name: string) => readEvaluation(inputs.one(name).path);
  return {
    both: await of('both'),
    exifOnly: await of('exifOnly'),
    exifOnlyShorter: await readShorter(inputs),
    manipulationOnly: await of('manipulationOnly'),
    randomWeights: await of('randomWeights'),
    statistics: await of('statistics'),
    components: await Promise.all(inputs.all('components').map(({ path }) => readEvaluation(path))),
    heldOut: await readHeldOut(inputs.one('pretraining').path),
    simulated,
  };
}

async function readShorter(inputs: StageInputs): Promise<AblationResults['exifOnlyShorter']> {
  const input = inputs.optional('exifOnlyShorter');
  if (input === undefined) return undefined;
  return { epochs: Number(input.overrides['pretrain.epochs']), evaluation: await readEvaluation(input.path) };
}

function report({ metric }: StageContext<AblationsParameters>, results: AblationResults): void {
  for (const training of trainings) {
    const { mean, falseAlarmRate, generators, realCount } = results[training];
    const count = generators.reduce((sum, generator) => sum + generator.count, 0);
    for (const key of ['acc', 'ap', 'auc'] as const)
      metric({
        name: `${key}.${training}`,
        value: 100 * mean[key],
        direction: 'higher',
        unit: 'percent',
        count,
      });
    const value = 100 * falseAlarmRate;
    metric({ name: `falseAlarm.${training}`, value, direction: 'lower', unit: 'percent', count: realCount });
  }
  const best = bestPoint(results.components);
  if (best !== undefined)
    metric({ name: 'components.best', value: best.components, direction: 'none', unit: 'components' });
}
