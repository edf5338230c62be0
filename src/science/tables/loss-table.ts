/** Table III: what each loss contributes; and controls. */
import { areThePapers, tableThree, type PaperNumbers } from '../paper/paper.ts';
import { comparedColumns, numberColumn, textColumn } from './columns.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import { record, type ResultRecord } from './records.ts';
import type { AblationResults } from './results.ts';
import { percent, type Table } from './table.ts';

interface Row {
  readonly method: string;
  readonly label: string;
  readonly role: 'ours' | 'control';
  readonly evaluation: EvaluationFile;
  readonly paper: PaperNumbers;
}

export function lossTable(results: AblationResults): Table {
  const rows = rowsOf(results);
  const { generators, components, realCount, split } = results.both;
  const column = (metric: 'acc' | 'ap' | 'auc') =>
    rows.map(({ evaluation }) => percent(evaluation.mean[metric]));
  const papers = (metric: 'acc' | 'ap') => rows.map(({ paper }) => paper[metric]);
  return {
    name: 'table-3',
    title: 'Table III, the two losses, and controls',
    caption:
      `Per cent, means over ${counted(generators.length, 'generator')}; K = ${components}; ${realCount} real faces of the ${split} set. ` +
      'The controls are not in the paper.',
    columns: [
      textColumn(
        'Features',
        rows.map(({ label }) => label),
      ),
      ...comparedColumns('Acc', column('acc'), papers('acc'), 'down'),
      ...comparedColumns('AP', column('ap'), papers('ap'), 'down'),
      numberColumn('AUC', column('auc'), 'down'),
      numberColumn(
        'False alarms',
        rows.map(({ evaluation }) => percent(evaluation.falseAlarmRate)),
      ),
    ],
    records: rows.flatMap((row) => recordsOf(row, results.simulated)),
  };
}

/** The paper's means stand beside ours only where ours are over the same generators. */
function rowsOf(results: AblationResults): Row[] {
  const { both, exifOnly, exifOnlyShorter: shorter, manipulationOnly, randomWeights, statistics } = results;
  const comparable = areThePapers(both.generators.map(({ name }) => name));
  const ours = (method: keyof typeof tableThree, label: string, evaluation: EvaluationFile): Row => ({
    method,
    label,
    role: 'ours',
    evaluation,
    paper: comparable ? tableThree[method] : {},
  });
  return [
    ours('exifOnly', 'EXIF ranking only', exifOnly),
    ours('manipulationOnly', 'manipulation only', manipulationOnly),
    ours('both', 'both losses', both),
    ...(shorter === undefined
      ? []
      : [
          control(
            'exifOnlyShorter',
            `EXIF ranking only, ${counted(shorter.epochs, 'epoch')}`,
            shorter.evaluation,
          ),
        ]),
    control('randomWeights', 'random weights', randomWeights),
    control('statistics', 'hand-made statistics', statistics),
  ];
}

const control = (method: string, label: string, evaluation: EvaluationFile): Row => ({
  method,
  label: `control: ${label}`,
  role: 'control',
  evaluation,
  paper: {},
});

function recordsOf({ method, role, evaluation, paper }: Row, simulated: boolean): ResultRecord[] {
  const { mean, falseAlarmRate, realCount, generators, components, split } = evaluation;
  const count = generators.reduce((sum, generator) => sum + generator.count, 0);
  const common = { table: 'Table III', method, role, subject: 'mean', split, components, simulated } as const;
  return [
    ...(['acc', 'ap', 'auc'] as const).map((metric) =>
      record({ ...common, metric, value: percent(mean[metric]), paper: paper[metric], count }),
    ),
    record({
      ...common,
      metric: 'falseAlarm',
      subject: 'real',
      value: percent(falseAlarmRate),
      count: realCount,
    }),
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
