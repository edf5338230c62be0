/** The text of cells, the same in every form: no locale, a deviation where there were repetitions. */
import type { Column, NumberColumn, Table } from '../../tables.ts';
import { dash, significantText } from './number-text.ts';

export interface CellText {
  /** `72.3`, `+1.4`, or empty. */
  readonly value: string;
  /** `0.4`: sample standard deviation over repetitions. */
  readonly deviation?: string;
  /** How many repetitions, where not all cells of the table have the same number. */
  readonly repetitions?: number;
}

export interface TableText {
  /** By column, then by row. */
  readonly columns: readonly (readonly CellText[])[];
  /** The caption; with the number of repetitions that all cells share. */
  readonly caption: string;
}

export function tableText({ columns, caption }: Table): TableText {
  const texts = columns.map(cellTexts);
  const counts = new Set(texts.flat().flatMap(({ repetitions }) => repetitions ?? []));
  const [count] = counts;
  if (count === undefined || counts.size > 1) return { columns: texts, caption };
  const note = `Means ± standard deviations, n = ${count}.`;
  return {
    columns: texts.map((cells) => cells.map(withoutCount)),
    caption: caption === '' ? note : `${caption} ${note}`,
  };
}

const withoutCount = ({ value, deviation }: CellText): CellText =>
  deviation === undefined ? { value } : { value, deviation };

function cellTexts(column: Column): readonly CellText[] {
  if (column.kind === 'text') return column.cells.map((value) => ({ value }));
  return column.cells.map((cell): CellText => {
    if (cell === null) return { value: column.significant === true ? dash : '' };
    if (typeof cell === 'number') return { value: numberText(cell, column) };
    const { value, deviation, repetitions } = cell;
    // A difference from a printed number spreads as the result beside it does.
    if (column.role === 'difference') return { value: numberText(value, column) };
    return {
      value: numberText(value, column),
      deviation:
        column.significant === true
          ? significantText(deviation, 2)
          : deviation.toFixed(Math.max(1, column.decimals)),
      repetitions,
    };
  });
}

/** `72.3 ± 0.4 (n = 3)`. */
export function fullText({ value, deviation, repetitions }: CellText): string {
  if (deviation === undefined) return value;
  return `${value} ± ${deviation}${repetitions === undefined ? '' : ` (n = ${repetitions})`}`;
}

/** The number in a cell, or the mean of its repetitions. */
export function numberIn(cell: NumberColumn['cells'][number] | undefined): number | undefined {
  if (cell === null || cell === undefined) return undefined;
  return typeof cell === 'number' ? cell : cell.value;
}

function numberText(value: number, { role, decimals, significant }: NumberColumn): string {
  if (significant === true) return significantText(value);
  const fixed = value.toFixed(decimals);
  const text = Number(fixed) === 0 ? fixed.replace('-', '') : fixed;
  return role === 'difference' && Number(fixed) > 0 ? `+${text}` : text;
}
