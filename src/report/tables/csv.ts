/** Tables as CSV, one number a line: the stage's own records where it gives them, else the cells of its columns. */
import { stringify } from 'csv-stringify/sync';

import type { JsonObject } from '../../json.ts';
import type { Table, TablesFile } from '../../tables.ts';
import { csvText } from '../text/csv.ts';
import { jsonText } from '../text/json.ts';
import { numberIn } from './cells.ts';

export function renderCsv({ tables, marks }: TablesFile): string {
  const records = tables.every((table) => table.records.length > 0)
    ? tables.flatMap((table) => table.records.map((record) => withMarks(record, marks)))
    : tables.flatMap((table) => cellRecords(table, marks));
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return stringify(records, {
    header: true,
    columns,
    cast: { boolean: String, string: csvText, object: (value) => csvText(jsonText(value)) },
  });
}

/** A record says itself what holds of it (`simulated`), or else all marks hold. */
function withMarks(record: JsonObject, marks: readonly string[]): JsonObject {
  return {
    ...record,
    ...Object.fromEntries(marks.filter((mark) => !(mark in record)).map((mark) => [mark, true])),
  };
}

function cellRecords({ name, columns }: Table, marks: readonly string[]): JsonObject[] {
  const labels = columns.find(({ kind }) => kind === 'text') ?? columns[0];
  return columns.flatMap((column) => {
    if (column.kind === 'text') return [];
    return column.cells.flatMap((cell, row): JsonObject[] => {
      const value = numberIn(cell);
      if (value === undefined || column === labels) return [];
      const repeated = cell !== null && typeof cell === 'object' ? cell : undefined;
      const label = labels?.cells[row];
      return [
        {
          table: name,
          row: typeof label === 'object' && label !== null ? label.value : (label ?? null),
          column: column.header,
          role: column.role,
          value,
          deviation: repeated?.deviation ?? null,
          repetitions: repeated?.repetitions ?? null,
          marks: marks.join(' '),
        },
      ];
    });
  });
}
