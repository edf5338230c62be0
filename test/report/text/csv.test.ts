import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { csvText } from '../../../src/report/text/csv.ts';
import { joined } from '../../../src/report/text/visible.ts';
import { hostileText, runs } from './hostile.ts';

describe('a text in CSV', () => {
  it('is one cell of its row, and no formula', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (first, second) => {
        const text = stringify([[csvText(first), csvText(second), 'end']]);
        expect(text.match(/[\r\n]/g)).toEqual(['\n']);
        const [row = [], ...others] = parse(text);
        expect(others).toEqual([]);
        expect(row.map((cell) => cell.replace(/^'(?=\s*[=+\-@＝＋－＠])/, ''))).toEqual([
          joined(first),
          joined(second),
          'end',
        ]);
        for (const cell of row) expect(isFormula(cell)).toBe(false);
      }),
      runs,
    );
  });

  it('stays a number where it is one', () => {
    for (const text of ['-5.0', '+1.8', '1e-10', '-1E+5']) expect(csvText(text)).toBe(text);
    expect(csvText('=1+1')).toBe("'=1+1");
    expect(csvText('-1+1')).toBe("'-1+1");
  });
});

/** Numbers apart, all that a spreadsheet calculates. */
const isFormula = (cell: string): boolean => /^\s*[=+\-@＝＋－＠]/.test(cell) && Number.isNaN(Number(cell));
