/** Fig. 4: the number of components of the mixture, judged on the validation set. */
import { bestComponents as paperBest } from '../paper/paper.ts';
import { countColumn, numberColumn, textColumn } from './columns.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import { record } from './records.ts';
import type { AblationResults } from './results.ts';
import { percent, type Table } from './table.ts';

export function componentsTable({ components: points, simulated }: AblationResults): Table {
  const best = bestPoint(points);
  const column = (metric: 'acc' | 'ap' | 'auc') => points.map(({ mean }) => percent(mean[metric]));
  const falseAlarms = points.map(({ falseAlarmRate }) => percent(falseAlarmRate));
  return {
    name: 'figure-4',
    series: true,
    title: 'Fig. 4, the number of components',
    caption:
      `Per cent, means over the generators of the validation set. Best by AUC: K = ${best?.components ?? '?'}; ` +
      `in the paper, whose curve has no printed numbers, K = ${paperBest}.`,
    columns: [
      countColumn(
        'K',
        points.map(({ components }) => components),
      ),
      numberColumn('AUC', column('auc'), 'down'),
      numberColumn('AP', column('ap'), 'down'),
      numberColumn('Acc', column('acc'), 'down'),
      numberColumn('False alarms', falseAlarms),
      textColumn(
        '',
        points.map((point) => (point === best ? 'best' : '')),
      ),
    ],
    records: points.flatMap(({ mean, falseAlarmRate, realCount, generators, components, split }) => {
      const common = { table: 'Fig. 4', method: 'both', role: 'ours', split, components, simulated } as const;
      const count = generators.reduce((sum, generator) => sum + generator.count, 0);
      return [
        ...(['auc', 'ap', 'acc'] as const).map((metric) =>
          record({ ...common, metric, subject: 'mean', value: percent(mean[metric]), count }),
        ),
        record({
          ...common,
          metric: 'falseAlarm',
          subject: 'real',
          value: percent(falseAlarmRate),
          count: realCount,
        }),
      ];
    }),
  };
}

/** The greatest mean AUC; of equals the one with fewer components. */
export function bestPoint(points: readonly EvaluationFile[]): EvaluationFile | undefined {
  return points.toSorted((a, b) => b.mean.auc - a.mean.auc || a.components - b.components)[0];
}
