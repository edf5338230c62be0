/** A small file of tables about nothing in particular. */
import type { NumberColumn, TablesFile } from '../../../src/tables.ts';

type Cells = NumberColumn['cells'];

const ranked = (header: string, cells: Cells, direction: 'higher' | 'lower' = 'higher'): NumberColumn => ({
  kind: 'number',
  header,
  role: 'value',
  decimals: 1,
  direction,
  ranked: 'down',
  cells,
});

const other = (header: string, role: NumberColumn['role'], decimals: number, cells: Cells): NumberColumn => ({
  kind: 'number',
  header,
  role,
  decimals,
  direction: 'none',
  cells,
});

/** `shift` is added to every result. */
export function bridges(shift = 0, marks: readonly string[] = ['simulated']): TablesFile {
  const cars = other('Cars', 'count', 0, [10, 20, 30]);
  return {
    format: 1,
    title: 'Bridges',
    marks,
    warning: marks.length === 0 ? null : 'Simulated: no bridge was crossed.',
    remarks: ['Loads are in 100 % of the limit.'],
    tables: [
      {
        name: 'loads',
        title: 'Loads_1',
        caption: 'At noon & later.',
        columns: [
          { kind: 'text', header: 'Bridge', cells: ['old|stone', 'steel', 'rope'] },
          ranked('Load', [72 + shift, 75 + shift, 71 + shift]),
          other('printed', 'reference', 2, [70.25, 80, null]),
          other('diff.', 'difference', 1, [1.75 + shift, -5 + shift, null]),
          ranked('Sway', [3, 1, 2], 'lower'),
          cars,
        ],
        records: [],
      },
      {
        name: 'spans',
        title: 'Spans',
        caption: '',
        series: true,
        columns: [cars, ranked('Strength', [1 + shift, 3 + shift, 2 + shift])],
        records: [],
      },
    ],
  };
}
