import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTables } from '../../src/report/tables/read.ts';
import type { Course } from '../../src/science/pictures/figures/course.ts';
import curves from '../../stages/curves.ts';
import { folderOfTest, writeTree } from '../temporary-folder.ts';
import { runStage, type StageOutcome } from './run-stage.ts';

const points: Course['points'] = [20, 40, 60, 64].map((step) => ({
  step,
  epoch: Math.floor(step / 32),
  learningRate: 1e-3,
  loss: { 'loss.exif': 20 / step, 'loss.manipulation': 0.1, total: 20 / step + 0.1 },
}));
const heldOut: Course['heldOut'] = [
  { step: 32, ranking: { aperture: 0.625, iso: 0.75 }, manipulation: 0.5, score: 0.59375 },
  { step: 64, ranking: { aperture: 0.5, iso: 0.875 }, manipulation: 0.75, score: 0.71875 },
];

async function runOn(course: Course, marks: string[] = []): Promise<StageOutcome & { page: string }> {
  const folder = await folderOfTest();
  await writeTree(folder, { 'curves.json': JSON.stringify(course) });
  const outcome = await runStage(curves, {}, { pretraining: folder }, { marks });
  return { ...outcome, page: await readFile(join(outcome.output, 'curves.md'), 'utf8') };
}

describe('curves', () => {
  it('draws the losses and what was measured on faces held out, and says the same in words', async () => {
    const { output, page, metrics } = await runOn({ points, heldOut }, ['simulated']);
    const svg = await readFile(join(output, 'training.svg'), 'utf8');
    expect(svg).toMatch(/<title>Simulated data\. Training curves\. 64 steps/);
    expect(page).toContain('![Training curves](training.svg)');
    expect(page).toContain(
      'On faces held out, after step 64, per cent: pairs of photographs in the right order: aperture 50.0, ISO 87.5; ' +
        'AUC of the manipulations against the originals: 75.0.',
    );
    expect(page).toContain('## Simulated: On faces held out');
    expect(metrics.get('heldOut.best')?.value).toBe(71.875);
    expect(metrics.get('heldOut.bestStep')?.value).toBe(64);

    const chart = JSON.parse(await readFile(join(output, 'training.vl.json'), 'utf8')) as {
      vconcat: { layer?: { data: { values: unknown[] } }[] }[];
    };
    expect(chart.vconcat[1]?.layer?.[1]?.data.values).toEqual([
      { step: 32, measure: 'aperture', value: 62.5 },
      { step: 32, measure: 'ISO', value: 75 },
      { step: 32, measure: 'manipulation', value: 50 },
      { step: 64, measure: 'aperture', value: 50 },
      { step: 64, measure: 'ISO', value: 87.5 },
      { step: 64, measure: 'manipulation', value: 75 },
    ]);
  });

  it('tells each measurement with the loss over the steps it lies in', async () => {
    const { output } = await runOn({ points, heldOut });
    const place = join(output, 'tables.json');
    const { tables, marks } = await parseTables(await readFile(place, 'utf8'), place);
    expect(marks).toEqual([]);
    expect(tables[0]?.columns.map(({ header, cells }) => [header, cells])).toEqual([
      ['Step', [32, 64]],
      ['aperture', [62.5, 50]],
      ['ISO', [75, 87.5]],
      ['manipulation', [50, 75]],
      ['mean', [59.375, 71.875]],
      ['loss', [0.6, 0.4125]],
      ['', ['', 'best']],
    ]);
  });

  it('leaves out what was not trained: one loss alone is measured by itself', async () => {
    const alone = heldOut.map((measurement) => ({ ...measurement, ranking: {} }));
    const { output, page } = await runOn({ points, heldOut: alone });
    expect(page).toContain('per cent: AUC of the manipulations against the originals: 75.0.');
    expect(await readFile(join(output, 'tables.json'), 'utf8')).not.toContain('aperture');
  });

  it('shows the losses alone where nothing was measured, and says so where no step was taken', async () => {
    const unmeasured = await runOn({ points, heldOut: [] });
    expect(await readdir(unmeasured.output)).not.toContain('tables.json');
    expect(unmeasured.page).not.toContain('held out');
    const untrained = await runOn({ points: [], heldOut: [] });
    expect(await readdir(untrained.output)).toEqual(['curves.md']);
    expect(untrained.page).toContain('No step was taken');
    expect(untrained.metrics.get('steps')?.value).toBe(0);
  });

  it('writes equal bytes again', async () => {
    const [one, two] = [await runOn({ points, heldOut }), await runOn({ points, heldOut })];
    for (const name of await readdir(one.output))
      expect(await readFile(join(one.output, name))).toEqual(await readFile(join(two.output, name)));
  });
});
