import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

it("the README's table has the numbers of the recorded results", () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => /^\| (EXIF|manipulation|both|control)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[2], cells[5], cells[8], cells[9]].join(' ')); // Acc, AP, AUC, false alarms
  const { metrics } = JSON.parse(read('experiments/default.results.json')) as {
    metrics: readonly { name: string; value: number }[];
  };
  const recorded = new Map(metrics.map(({ name, value }) => [name, value.toFixed(1)]));
  const points = [...recorded.keys()].flatMap((name) => /^ablations acc\.(.*)$/.exec(name)?.[1] ?? []);
  const found = points.map((point) =>
    ['acc', 'ap', 'auc', 'falseAlarm']
      .map((measure) => recorded.get(`ablations ${measure}.${point}`))
      .join(' '),
  );
  expect(rows).toHaveLength(6);
  expect(rows).toEqual(expect.arrayContaining(found));
});
