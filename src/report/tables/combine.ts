/** The same tables from runs that differ in seeds alone, as one with means and deviations. */
import { FailureError } from '../../failure.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Column, NumberColumn, Table, TablesFile } from '../../tables.ts';
import { numberIn } from './cells.ts';
import { describe } from './spread.ts';

/**
 * Cells that hold a result or a difference become mean, deviation and count; what is the same in all stays as it is.
 * Errors: `TABLES_UNLIKE` where rows or columns are not the same.
 */
export function combineTables(files: readonly TablesFile[]): TablesFile {
  const [first, ...others] = files;
  if (first === undefined) throw new Error('nothing to combine');
  if (others.length === 0) return first;
  return {
    ...first,
    marks: [...new Set(files.flatMap(({ marks }) => marks))],
    remarks: [
      `Means ± standard deviations of ${files.length} runs that differ in their seeds alone (n - 1).`,
      ...first.remarks,
    ],
    tables: first.tables.map((table, at) =>
      combineTable(
        files.map(({ tables }) => tables[at]),
        table,
      ),
    ),
  };
}

function combineTable(tables: readonly (Table | undefined)[], first: Table): Table {
  const alike = tables.filter(
    (table): table is Table =>
      table !== undefined && table.name === first.name && table.columns.length === first.columns.length,
  );
  if (alike.length !== tables.length) throw unlike(first.name, 'not every run has it');
  const series = first.series === true ? first.columns[0] : undefined;
  const agreed = alike.every(({ caption }) => caption === first.caption);
  return {
    ...first,
    caption: agreed ? first.caption : `Of the first run: ${first.caption}`,
    columns: first.columns.map((column, at) =>
      combineColumn(
        alike.map((table) => table.columns[at] as Column),
        column,
        first.name,
        column === series,
      ),
    ),
    records: combineRecords(alike.map(({ records }) => records)),
  };
}

function combineColumn(columns: readonly Column[], first: Column, table: string, fixed: boolean): Column {
  for (const { header, cells, kind } of columns) {
    if (header !== first.header || cells.length !== first.cells.length || kind !== first.kind)
      throw unlike(table, `its columns are not the same in all runs (${first.header})`);
  }
  if (first.kind === 'text') return combineTexts(columns, first);
  const numbers = columns as readonly NumberColumn[];
  if (first.role === 'reference' || fixed) return first;
  return {
    ...first,
    cells: first.cells.map((_, row) =>
      combineCells(
        numbers.map(({ cells }) => cells[row]),
        first,
      ),
    ),
  };
}

/** Words that differ from run to run, such as which row was best, would be right for one run only. */
function combineTexts(columns: readonly Column[], first: Column & { kind: 'text' }): Column {
  return {
    ...first,
    cells: first.cells.map((cell, row) => (columns.every(({ cells }) => cells[row] === cell) ? cell : '')),
  };
}

function combineCells(
  cells: readonly (NumberColumn['cells'][number] | undefined)[],
  { role, significant }: NumberColumn,
): NumberColumn['cells'][number] {
  const values = cells.map(numberIn).filter((value) => value !== undefined);
  // A metric that one of the runs has no value of has no mean.
  if (values.length < cells.length)
    return values.length === 1 && significant !== true ? (values[0] ?? null) : null;
  const { mean, deviation } = describe(values);
  if (role === 'count') return values.every((value) => value === values[0]) ? mean : Math.round(mean);
  return { value: mean, deviation, repetitions: values.length };
}

/** Numbers that differ become their mean, with `deviation` and `repetitions` of the record's `value`. */
function combineRecords(runs: readonly Table['records'][]): Table['records'] {
  const [first = []] = runs;
  if (runs.some((records) => records.length !== first.length)) return [];
  return first.map((record, at): JsonObject => {
    const all = runs.map((records) => records[at] ?? {});
    const merged: Record<string, Json> = {};
    for (const [name, value] of Object.entries(record)) {
      const values = all.map((each) => each[name]).filter((each) => typeof each === 'number');
      const complete = values.length === all.length && values.some((each) => each !== value);
      merged[name] = complete ? rounded(describe(values).mean) : value;
    }
    const values = all.map(({ value }) => value).filter((value) => typeof value === 'number');
    return {
      ...merged,
      deviation: values.length === all.length ? rounded(describe(values).deviation) : null,
      repetitions: values.length === all.length ? values.length : null,
    };
  });
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

const unlike = (table: string, what: string): FailureError =>
  new FailureError({
    code: 'TABLES_UNLIKE',
    message: `the table ${table} cannot be combined over seeds: ${what}`,
    remedy: 'look at each run alone: pipe show TARGET -S seed=ONE',
  });
