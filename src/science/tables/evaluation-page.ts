/** One mixture on all generators: `evaluation.md` and `tables.json`. */
import type { Column } from '../../tables.ts';
import { countColumn, numberColumn, textColumn } from './columns.ts';
import type { EvaluationFile } from './evaluation-file.ts';
import { simulatedRemarks, simulatedWarning } from './simulated.ts';
import { metricsRemark, percent, renderTable, tablesFile } from './table.ts';

export interface EvaluationPage {
  readonly markdown: string;
  readonly json: string;
}

export function evaluationPage(evaluation: EvaluationFile, simulated: boolean): EvaluationPage {
  const { realCount, falseAlarmRate, components, split, withoutImages } = evaluation;
  const title = `Detection of generated faces, ${split} set`;
  const table = {
    title,
    caption:
      `Per cent. A mixture of ${components} ${components === 1 ? 'component' : 'components'} and ${realCount} real ` +
      `faces, of which ${percent(falseAlarmRate).toFixed(1)} % lie below the threshold (false alarms).`,
    columns: columnsOf(evaluation),
  };
  const remarks = [
    metricsRemark,
    ...(withoutImages.length === 0
      ? []
      : [`Without a usable image, and not in the table: ${withoutImages.join(', ')}.`]),
    ...(simulated ? simulatedRemarks : []),
  ];
  const parts = [
    ...(simulated ? [`**${simulatedWarning}**`] : []),
    renderTable(table, simulated, 1),
    list(remarks),
  ];
  return {
    markdown: `${parts.join('\n\n')}\n`,
    json: tablesFile({ title, remarks, simulated }, [{ name: 'detection', ...table, records: [] }]),
  };
}

function columnsOf({ generators, mean }: EvaluationFile): Column[] {
  const rows = [...generators, { name: 'mean', count: undefined, ...mean }];
  const results = (header: string, metric: 'acc' | 'ap' | 'auc'): Column =>
    numberColumn(
      header,
      rows.map((row) => percent(row[metric])),
    );
  return [
    textColumn(
      'Generator',
      rows.map(({ name }) => name),
    ),
    countColumn(
      'Images',
      rows.map(({ count }) => count),
    ),
    results('Acc', 'acc'),
    results('AP', 'ap'),
    results('AUC', 'auc'),
  ];
}

export const list = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `- ${sentence}`).join('\n');
