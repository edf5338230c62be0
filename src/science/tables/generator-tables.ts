/** Our rows of Tables I and II, by generator. */
import { areThePapers, tableOne, tableTwo, type PaperRow, type PaperTable } from '../paper/paper.ts';
import { comparedColumns, countColumn, textColumn } from './columns.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import { record, type ResultRecord } from './records.ts';
import type { AblationResults } from './results.ts';
import { percent, type Table } from './table.ts';

/** Table I, row Ours: Acc and AP. */
export function mainTable({ both, simulated }: AblationResults): Table {
  const rows = generatorRows(both);
  const paper = paperRow(tableOne, 'Ours', both);
  return {
    name: 'table-1',
    title: 'Table I, row Ours',
    caption: `Per cent. ${scoring(both)}`,
    columns: [
      ...firstColumns(rows),
      ...comparedColumns(
        'Acc',
        rows.map(({ acc }) => percent(acc)),
        rows.map(({ name }) => paper[name]?.acc),
      ),
      ...comparedColumns(
        'AP',
        rows.map(({ ap }) => percent(ap)),
        rows.map(({ name }) => paper[name]?.ap),
      ),
    ],
    records: [
      ...ourRecords('Table I', 'Ours', both, paper, ['acc', 'ap'], simulated),
      ...paperRecords('Table I', tableOne, ['Ours'], ['acc', 'ap']),
    ],
  };
}

/** Table II, rows EXIF-L2R (EXIF ranking only) and Ours: AUC. */
export function featureTable({ both, exifOnly, simulated }: AblationResults): Table {
  const rows = generatorRows(both);
  const methods = [
    { method: 'Ours', evaluation: both },
    { method: 'EXIF-L2R', evaluation: exifOnly },
  ].map((method) => ({ ...method, paper: paperRow(tableTwo, method.method, method.evaluation) }));
  return {
    name: 'table-2',
    title: 'Table II, rows Ours and EXIF-L2R',
    caption: `AUC, per cent. Ours: ${scoring(both)} EXIF-L2R: ${scoring(exifOnly)}`,
    columns: [
      ...firstColumns(rows),
      ...methods.flatMap(({ method, evaluation, paper }) => {
        const results = new Map(generatorRows(evaluation).map(({ name, auc }) => [name, percent(auc)]));
        return comparedColumns(
          method,
          rows.map(({ name }) => results.get(name)),
          rows.map(({ name }) => paper[name]?.auc),
          'across',
        );
      }),
    ],
    records: [
      ...methods.flatMap(({ method, evaluation, paper }) =>
        ourRecords('Table II', method, evaluation, paper, ['auc'], simulated),
      ),
      ...paperRecords('Table II', tableTwo, ['Ours', 'EXIF-L2R'], ['auc']),
    ],
  };
}

type Row = { name: string; count: number | undefined; acc: number; ap: number; auc: number };

const generatorRows = ({ generators, mean }: EvaluationFile): Row[] => [
  ...generators,
  { name: 'mean', count: undefined, ...mean },
];

const firstColumns = (rows: readonly Row[]) => [
  textColumn(
    'Generator',
    rows.map(({ name }) => name),
  ),
  countColumn(
    'Images',
    rows.map(({ count }) => count),
  ),
];

const scoring = ({ components, realCount, split, falseAlarmRate }: EvaluationFile): string =>
  `K = ${components}; ${realCount} real faces of the ${split} set, false alarms ${percent(falseAlarmRate).toFixed(1)} %.`;

/** The paper's row; without its mean where ours is over other generators. */
function paperRow(table: PaperTable, method: string, { generators }: EvaluationFile): PaperRow {
  const { mean = {}, ...rest } = table[method] ?? {};
  return areThePapers(generators.map(({ name }) => name)) ? { ...rest, mean } : rest;
}

type Metric = 'acc' | 'ap' | 'auc';

function ourRecords(
  table: 'Table I' | 'Table II',
  method: string,
  evaluation: EvaluationFile,
  paper: PaperRow,
  metrics: readonly Metric[],
  simulated: boolean,
): ResultRecord[] {
  const { split, components, falseAlarmRate, realCount, generators } = evaluation;
  const common = { table, method, role: 'ours', split, components, simulated } as const;
  const images = generators.reduce((sum, { count }) => sum + count, 0);
  return [
    ...generatorRows(evaluation).flatMap(({ name, count = images, ...result }) =>
      metrics.map((metric) =>
        record({
          ...common,
          metric,
          subject: name,
          value: percent(result[metric]),
          paper: paper[name]?.[metric],
          count,
        }),
      ),
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

/** The paper's other rows: systems that were not run here. */
function paperRecords(
  table: 'Table I' | 'Table II',
  rows: PaperTable,
  ours: readonly string[],
  metrics: readonly Metric[],
): ResultRecord[] {
  return Object.entries(rows)
    .filter(([method]) => !ours.includes(method))
    .flatMap(([method, row]) =>
      Object.entries(row).flatMap(([subject, numbers]) =>
        metrics.map((metric) =>
          record({
            table,
            method,
            role: 'paper',
            metric,
            subject,
            split: 'test',
            paper: numbers[metric],
            simulated: false,
          }),
        ),
      ),
    );
}
