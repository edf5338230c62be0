import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseTables } from '../../src/report/tables/read.ts';
import { paperGenerators } from '../../src/science/paper/paper.ts';
import type { EvaluationFile } from '../../src/science/tables/evaluation-file.ts';
import type { ResultRecord } from '../../src/science/tables/records.ts';
import { simulatedRemarks, simulatedWarning } from '../../src/science/tables/simulated.ts';
import { metricsRemark } from '../../src/science/tables/table.ts';
import ablations from '../../stages/ablations.ts';
import { runStage, type StageOutcome, type TestInput } from './run-stage.ts';
import { folderOfTest } from '../temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await folderOfTest();
});

/** An evaluation in which the generators' metrics begin at `start` and rise by one point from one to the next. */
function evaluationOf(
  names: readonly string[],
  start: number,
  more: Partial<EvaluationFile> = {},
): EvaluationFile {
  const generators = names.map((name, i) => ({
    name,
    acc: (start + i - 10) / 100,
    ap: (start + i - 1) / 100,
    auc: (start + i) / 100,
    count: 60,
  }));
  const mean = (metric: 'acc' | 'ap' | 'auc') =>
    generators.reduce((sum, generator) => sum + generator[metric], 0) / generators.length;
  return {
    split: 'test',
    components: 8,
    threshold: -90,
    realCount: 800,
    falseAlarmRate: 0.106,
    generators,
    mean: { acc: mean('acc'), ap: mean('ap'), auc: mean('auc') },
    withoutImages: [],
    ...more,
  };
}

async function folderWith(name: string, file: string, content: unknown): Promise<string> {
  await mkdir(join(root, name));
  if (content !== null) await writeFile(join(root, name, file), JSON.stringify(content));
  return join(root, name);
}

const heldOut = {
  faces: 100,
  ranking: {
    aperture: { share: 0.72, pairs: 4800 },
    exposureTime: { share: 0.831, pairs: 4900 },
    focalLength: { share: 0.87, pairs: 4700 },
    iso: { share: null, pairs: 0 }, // as JSON has it where no two photographs differ
  },
  manipulation: { eyeFlip: 0.98, mouthFlipHorizontal: 0.8, mouthFlipVertical: 0.98, affine: 0.84 },
};

/** Runs the stage on evaluations of these generators. */
async function run(
  names: readonly string[],
  marks: string[],
  held: unknown = heldOut,
): Promise<StageOutcome> {
  const evaluation = (name: string, start: number, more: Partial<EvaluationFile> = {}) =>
    folderWith(name, 'evaluation.json', evaluationOf(names, start, more));
  const components: Extract<TestInput, readonly unknown[]>[number][] = [];
  for (const [K, start] of [
    [1, 70],
    [4, 76],
    [8, 76],
  ] as const) {
    const path = await evaluation(`K${K}`, start, {
      components: K,
      split: 'validation',
      realCount: 600,
      falseAlarmRate: 0.05 + K / 100,
    });
    components.push({ path, overrides: { 'gmm.components': K } });
  }
  const inputs: Record<string, TestInput> = {
    both: await evaluation('both', 76),
    exifOnly: await evaluation('exifOnly', 66),
    exifOnlyShorter: [{ path: await evaluation('exifOnlyShorter', 70), overrides: { 'pretrain.epochs': 4 } }],
    manipulationOnly: await evaluation('manipulationOnly', 64),
    randomWeights: await evaluation('randomWeights', 41, { falseAlarmRate: 0.182 }),
    statistics: await evaluation('statistics', 62),
    components,
    pretraining: await folderWith('pretraining', 'held-out.json', held),
  };
  return runStage(ablations, {}, inputs, { marks });
}

const textIn = ({ output }: StageOutcome, file: string) => readFile(join(output, file), 'utf8');
const recordsIn = async (outcome: StageOutcome): Promise<ResultRecord[]> => {
  const { tables } = JSON.parse(await textIn(outcome, 'tables.json')) as {
    tables: { records: ResultRecord[] }[];
  };
  return tables.flatMap(({ records }) => records);
};

describe('ablations on simulated data', () => {
  it("lays out every table beside the paper's, and says what must be said", async () => {
    const page = await textIn(await run(paperGenerators, ['simulated']), 'tables.md');
    expect(page).toBe(`# Simulated: results beside the paper's (arXiv 2501.02207)

**${simulatedWarning}**

${simulatedTables}

## To be read with these tables

- ${metricsRemark}
- diff.: ours less the paper's, in points. The paper's systems that were not run here are in tables.json and tables.csv only.
${simulatedRemarks.map((remark) => `- ${remark}`).join('\n')}
`);
  });

  it('carries the flag on every record that holds a number of ours', async () => {
    const outcome = await run(paperGenerators, ['simulated']);
    const records = await recordsIn(outcome);
    expect(records.length).toBeGreaterThan(100);
    for (const { value, simulated, role } of records) {
      expect(simulated).toBe(value !== null || role !== 'paper');
    }
    const [header, ...lines] = (await textIn(outcome, 'tables.csv')).trimEnd().split('\n');
    expect(header).toBe(
      'table,method,role,metric,subject,split,components,value,paper,difference,count,simulated',
    );
    expect(lines).toHaveLength(records.length);
    expect(lines[0]).toBe('Table III,exifOnly,ours,acc,mean,test,8,60,69.35,-9.35,540,true');
    for (const line of lines) expect(line).toMatch(/,(true|false)$/);
  });

  it('writes tables that every view can be made from', async () => {
    const text = await textIn(await run(paperGenerators, ['simulated']), 'tables.json');
    const { tables, marks, warning } = await parseTables(text, 'tables.json');
    expect(tables.map(({ name }) => name)).toEqual([
      'table-3',
      'figure-4',
      'table-1',
      'table-2',
      'pretraining',
    ]);
    expect(marks).toEqual(['simulated']);
    expect(warning).toBe(simulatedWarning);
  });

  it("lists the paper's other systems as the paper's alone", async () => {
    const records = await recordsIn(await run(paperGenerators, ['simulated']));
    const papers = records.filter(({ role }) => role === 'paper');
    expect([...new Set(papers.map(({ table, method }) => `${table} ${method}`))]).toEqual([
      'Table I GramNet',
      'Table I FRDM',
      'Table I RECCE',
      'Table I LGrad',
      'Table I DIRE',
      'Table I UnivFD',
      'Table II CLIP',
      'Table II FaRL',
      'Table II EXIF-LAN',
    ]);
    expect(
      papers.every(({ value, simulated, paper }) => value === null && !simulated && paper !== null),
    ).toBe(true);
  });

  it('gives the means as metrics, higher is better, and the best number of components', async () => {
    const { metrics } = await run(paperGenerators, ['simulated']);
    expect(metrics.get('auc.both')).toMatchObject({ direction: 'higher', unit: 'percent', count: 540 });
    expect(metrics.get('auc.both')?.value).toBeCloseTo(80, 9);
    for (const name of ['exifOnly', 'manipulationOnly', 'randomWeights', 'statistics'])
      expect(metrics.has(`auc.${name}`)).toBe(true);
    expect(metrics.get('falseAlarm.randomWeights')).toMatchObject({ value: 18.2, direction: 'lower' });
    expect(metrics.get('components.best')?.value).toBe(4);
  });
});

describe('ablations on real data', () => {
  it('gives generators that the paper does not have no paper column, and compares no mean with its', async () => {
    const page = await textIn(await run(['StyleGAN2', 'ILVR-DDPM'], [], null), 'tables.md');
    expect(page).toBe(`# Results beside the paper's (arXiv 2501.02207)

${realTables}

## To be read with these tables

- ${metricsRemark}
- diff.: ours less the paper's, in points. The paper's systems that were not run here are in tables.json and tables.csv only.
- No photographs were held out of pretraining, so nothing is said of the ranking.
`);
  });

  it('calls nothing simulated', async () => {
    const outcome = await run(['StyleGAN2', 'ILVR-DDPM'], []);
    expect((await recordsIn(outcome)).some(({ simulated }) => simulated)).toBe(false);
    expect(await textIn(outcome, 'tables.md')).not.toMatch(/simulated/i);
  });
});

const simulatedTables = `## Simulated: Table III, the two losses, and controls

Per cent, means over 9 generators; K = 8; 800 real faces of the test set. The controls are not in the paper.

| Features                             |  Acc | paper | diff. |   AP | paper | diff. |  AUC | False alarms |
| :----------------------------------- | ---: | ----: | ----: | ---: | ----: | ----: | ---: | -----------: |
| EXIF ranking only                    | 60.0 | 69.35 |  -9.3 | 69.0 | 86.44 | -17.4 | 70.0 |         10.6 |
| manipulation only                    | 58.0 | 77.67 | -19.7 | 67.0 | 84.23 | -17.2 | 68.0 |         10.6 |
| both losses                          | 70.0 | 86.63 | -16.6 | 79.0 | 93.01 | -14.0 | 80.0 |         10.6 |
| control: EXIF ranking only, 4 epochs | 64.0 |       |       | 73.0 |       |       | 74.0 |         10.6 |
| control: random weights              | 35.0 |       |       | 44.0 |       |       | 45.0 |         18.2 |
| control: hand-made statistics        | 56.0 |       |       | 65.0 |       |       | 66.0 |         10.6 |

## Simulated: Fig. 4, the number of components

Per cent, means over the generators of the validation set. Best by AUC: K = 4; in the paper, whose curve has no printed numbers, K = 8.

|  K |  AUC |   AP |  Acc | False alarms |      |
| -: | ---: | ---: | ---: | -----------: | :--- |
|  1 | 74.0 | 73.0 | 64.0 |          6.0 |      |
|  4 | 80.0 | 79.0 | 70.0 |          9.0 | best |
|  8 | 80.0 | 79.0 | 70.0 |         13.0 |      |

## Simulated: Table I, row Ours

Per cent. K = 8; 800 real faces of the test set, false alarms 10.6 %.

| Generator  | Images |  Acc | paper | diff. |   AP | paper | diff. |
| :--------- | -----: | ---: | ----: | ----: | ---: | ----: | ----: |
| StyleGAN2  |     60 | 66.0 | 76.88 | -10.9 | 75.0 | 83.94 |  -8.9 |
| VQGAN      |     60 | 67.0 | 74.59 |  -7.6 | 76.0 | 82.85 |  -6.8 |
| LDM        |     60 | 68.0 | 93.83 | -25.8 | 77.0 | 98.67 | -21.7 |
| DDIM       |     60 | 69.0 | 93.63 | -24.6 | 78.0 | 98.67 | -20.7 |
| SDv2.1     |     60 | 70.0 | 78.62 |  -8.6 | 79.0 | 87.60 |  -8.6 |
| FreeDoM    |     60 | 71.0 | 95.31 | -24.3 | 80.0 | 99.86 | -19.9 |
| HPS        |     60 | 72.0 | 83.79 | -11.8 | 81.0 | 91.15 | -10.2 |
| Midjourney |     60 | 73.0 | 91.29 | -18.3 | 82.0 | 97.32 | -15.3 |
| SDXL       |     60 | 74.0 | 91.71 | -17.7 | 83.0 | 97.38 | -14.4 |
| mean       |        | 70.0 | 86.63 | -16.6 | 79.0 | 93.01 | -14.0 |

## Simulated: Table II, rows Ours and EXIF-L2R

AUC, per cent. Ours: K = 8; 800 real faces of the test set, false alarms 10.6 %. EXIF-L2R: K = 8; 800 real faces of the test set, false alarms 10.6 %.

| Generator  | Images | Ours | paper | diff. | EXIF-L2R | paper | diff. |
| :--------- | -----: | ---: | ----: | ----: | -------: | ----: | ----: |
| StyleGAN2  |     60 | 76.0 | 85.69 |  -9.7 |     66.0 | 67.91 |  -1.9 |
| VQGAN      |     60 | 77.0 | 84.31 |  -7.3 |     67.0 | 69.99 |  -3.0 |
| LDM        |     60 | 78.0 | 98.66 | -20.7 |     68.0 | 83.20 | -15.2 |
| DDIM       |     60 | 79.0 | 97.96 | -19.0 |     69.0 | 87.94 | -18.9 |
| SDv2.1     |     60 | 80.0 | 88.29 |  -8.3 |     70.0 | 86.74 | -16.7 |
| FreeDoM    |     60 | 81.0 | 99.79 | -18.8 |     71.0 | 93.84 | -22.8 |
| HPS        |     60 | 82.0 | 91.92 |  -9.9 |     72.0 | 90.30 | -18.3 |
| Midjourney |     60 | 83.0 | 97.07 | -14.1 |     73.0 | 94.06 | -21.1 |
| SDXL       |     60 | 84.0 | 97.23 | -13.2 |     74.0 | 95.39 | -21.4 |
| mean       |        | 80.0 | 93.43 | -13.4 |     70.0 | 85.49 | -15.5 |

## Simulated: Pretraining, on photographs held out

Per cent; both losses; 100 photographs. Pairs are of different photographs, those of equal settings left out; 50 is chance. The paper prints no such numbers.

| Task                        | Measure                   | Value | Count |
| :-------------------------- | :------------------------ | ----: | ----: |
| aperture                    | pairs in the right order  |  72.0 |  4800 |
| exposure time               | pairs in the right order  |  83.1 |  4900 |
| focal length                | pairs in the right order  |  87.0 |  4700 |
| ISO                         | pairs in the right order  |       |     0 |
| eyes flipped                | AUC against the originals |  98.0 |   100 |
| mouth flipped left to right | AUC against the originals |  80.0 |   100 |
| mouth flipped top to bottom | AUC against the originals |  98.0 |   100 |
| piecewise affine            | AUC against the originals |  84.0 |   100 |`;
const realTables = `## Table III, the two losses, and controls

Per cent, means over 2 generators; K = 8; 800 real faces of the test set. The controls are not in the paper.

| Features                             |  Acc |   AP |  AUC | False alarms |
| :----------------------------------- | ---: | ---: | ---: | -----------: |
| EXIF ranking only                    | 56.5 | 65.5 | 66.5 |         10.6 |
| manipulation only                    | 54.5 | 63.5 | 64.5 |         10.6 |
| both losses                          | 66.5 | 75.5 | 76.5 |         10.6 |
| control: EXIF ranking only, 4 epochs | 60.5 | 69.5 | 70.5 |         10.6 |
| control: random weights              | 31.5 | 40.5 | 41.5 |         18.2 |
| control: hand-made statistics        | 52.5 | 61.5 | 62.5 |         10.6 |

## Fig. 4, the number of components

Per cent, means over the generators of the validation set. Best by AUC: K = 4; in the paper, whose curve has no printed numbers, K = 8.

|  K |  AUC |   AP |  Acc | False alarms |      |
| -: | ---: | ---: | ---: | -----------: | :--- |
|  1 | 70.5 | 69.5 | 60.5 |          6.0 |      |
|  4 | 76.5 | 75.5 | 66.5 |          9.0 | best |
|  8 | 76.5 | 75.5 | 66.5 |         13.0 |      |

## Table I, row Ours

Per cent. K = 8; 800 real faces of the test set, false alarms 10.6 %.

| Generator | Images |  Acc | paper | diff. |   AP | paper | diff. |
| :-------- | -----: | ---: | ----: | ----: | ---: | ----: | ----: |
| StyleGAN2 |     60 | 66.0 | 76.88 | -10.9 | 75.0 | 83.94 |  -8.9 |
| ILVR-DDPM |     60 | 67.0 |       |       | 76.0 |       |       |
| mean      |        | 66.5 |       |       | 75.5 |       |       |

## Table II, rows Ours and EXIF-L2R

AUC, per cent. Ours: K = 8; 800 real faces of the test set, false alarms 10.6 %. EXIF-L2R: K = 8; 800 real faces of the test set, false alarms 10.6 %.

| Generator | Images | Ours | paper | diff. | EXIF-L2R | paper | diff. |
| :-------- | -----: | ---: | ----: | ----: | -------: | ----: | ----: |
| StyleGAN2 |     60 | 76.0 | 85.69 |  -9.7 |     66.0 | 67.91 |  -1.9 |
| ILVR-DDPM |     60 | 77.0 |       |       |     67.0 |       |       |
| mean      |        | 76.5 |       |       |     66.5 |       |       |`;
