/** `evaluation.md`: one mixture on all generators, for people. */
import { countColumn, numberColumn, textColumn } from './columns.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import { simulatedRemarks, simulatedWarning } from './simulated.ts';
import { metricsRemark, percent, renderTable } from './table.ts';

export function evaluationPage(evaluation: EvaluationFile, simulated: boolean): string {
  const { generators, mean, realCount, falseAlarmRate, components, split, withoutImages } = evaluation;
  const rows = [...generators, { name: 'mean', count: undefined, ...mean }];
  const table = renderTable(
    {
      title: `Detection of generated faces, ${split} set`,
      caption:
        `Per cent. A mixture of ${components} ${components === 1 ? 'component' : 'components'} and ${realCount} real ` +
        `faces, of which ${percent(falseAlarmRate).toFixed(1)} % lie below the threshold (false alarms).`,
      columns: [
        textColumn(
          'Generator',
          rows.map(({ name }) => name),
        ),
        countColumn(
          'Images',
          rows.map(({ count }) => count),
        ),
        numberColumn(
          'Acc',
          rows.map(({ acc }) => percent(acc)),
        ),
        numberColumn(
          'AP',
          rows.map(({ ap }) => percent(ap)),
        ),
        numberColumn(
          'AUC',
          rows.map(({ auc }) => percent(auc)),
        ),
      ],
      records: [],
    },
    simulated,
    1,
  );
  const remarks = [
    metricsRemark,
    ...(withoutImages.length === 0
      ? []
      : [`Without a usable image, and not in the table: ${withoutImages.join(', ')}.`]),
    ...(simulated ? simulatedRemarks : []),
  ];
  return `${[...(simulated ? [`**${simulatedWarning}**`] : []), table, list(remarks)].join('\n\n')}\n`;
}

export const list = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `- ${sentence}`).join('\n');
