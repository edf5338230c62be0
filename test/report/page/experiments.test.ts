import { expect, it } from 'vitest';

import { comparisonsSection } from '../../../src/report/page/experiments.ts';
import { durationOf } from '../../../src/report/page/duration.ts';

const metric = (name: string, unit: string) => ({ name, unit, value: 1, direction: 'none' }) as const;

it('the heading of a metric has its unit where there is one', () => {
  const metrics = [metric('plain', ''), metric('ratio', '1'), metric('auc', 'percent')];
  const html = comparisonsSection([{ stage: 'fit', parameters: [], metrics, rows: [] }])?.text ?? '';
  const headings = [...html.matchAll(/<th scope="col" class="number">([^<]*)</g)].map(([, text]) => text);
  expect(headings).toEqual(['plain', 'ratio', 'auc, percent', 's']);
});

it.each([
  [0, '0 s'],
  [0.0004, '1 ms'],
  [0.042, '42 ms'],
  [1.26, '1.3 s'],
  [45, '45 s'],
  [370, '6 min 10 s'],
  [7500, '2 h 5 min'],
])('%d seconds are told as %s', (seconds, text) => {
  expect(durationOf(seconds)).toBe(text);
});
