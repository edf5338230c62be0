/** What pretraining with both losses taught, on photographs it was not trained on. */
import { tagWords } from '../exif/tag-words.ts';
import type { HeldOutFile } from '../ranking/held-out-file.ts';
import { countColumn, numberColumn, textColumn } from './columns.ts';
import { record } from './records.ts';
import { percent, type Table } from './table.ts';

const names: Readonly<Record<string, string>> = {
  ...tagWords,
  eyeFlip: 'eyes flipped',
  mouthFlipHorizontal: 'mouth flipped left to right',
  mouthFlipVertical: 'mouth flipped top to bottom',
  affine: 'piecewise affine',
};

export function pretrainingTable({ ranking, manipulation, faces }: HeldOutFile, simulated: boolean): Table {
  const rows = [
    ...Object.entries(ranking).map(([subject, { share, pairs }]) => ({
      subject,
      measure: 'pairs in the right order',
      metric: 'ranking' as const,
      value: pairs === 0 ? undefined : percent(share),
      count: pairs,
    })),
    ...Object.entries(manipulation).map(([subject, area]) => ({
      subject,
      measure: 'AUC against the originals',
      metric: 'auc' as const,
      value: percent(area),
      count: faces,
    })),
  ];
  return {
    name: 'pretraining',
    title: 'Pretraining, on photographs held out',
    caption:
      `Per cent; both losses; ${faces} photographs. Pairs are of different photographs, those of equal settings left out; ` +
      '50 is chance. The paper prints no such numbers.',
    columns: [
      textColumn(
        'Task',
        rows.map(({ subject }) => names[subject] ?? subject),
      ),
      textColumn(
        'Measure',
        rows.map(({ measure }) => measure),
      ),
      numberColumn(
        'Value',
        rows.map(({ value }) => value),
      ),
      countColumn(
        'Count',
        rows.map(({ count }) => count),
      ),
    ],
    records: rows.map(({ subject, metric, value, count }) =>
      record({
        table: 'Pretraining',
        method: 'both',
        role: 'ours',
        metric,
        subject,
        split: 'held-out',
        value,
        count,
        simulated,
      }),
    ),
  };
}
