/** The text of cells, the same in every form: fixed decimals, no locale, a deviation where there were repetitions. */
import type { Column, NumberColumn } from '../../tables.ts';

export interface CellText {
  /** `72.3`, `+1.4`, or empty. */
  readonly value: string;
  /** `0.4`: sample standard deviation over repetitions. */
  readonly deviation?: string;
  /** How many repetitions. */
  readonly repetitions?: number;
}

export function cellTexts(column: Column): readonly CellText[] {
  if (column.kind === 'text') return column.cells.map((value) => ({ value }));
  return column.cells.map((cell): CellText => {
    if (cell === null) return { value: '' };
    if (typeof cell === 'number') return { value: numberText(cell, column) };
    const { value, deviation, repetitions } = cell;
    return {
      value: numberText(value, column),
      deviation: deviation.toFixed(Math.max(1, column.decimals)),
      repetitions,
    };
  });
}

/** `72.3 ± 0.4 (n = 3)`; `plusMinus` is how the form writes the sign. */
export function fullText({ value, deviation, repetitions }: CellText, plusMinus = ' ± '): string {
  if (deviation === undefined) return value;
  return `${value}${plusMinus}${deviation}${repetitions === undefined ? '' : ` (n = ${repetitions})`}`;
}

/** The number in a cell, or the mean of its repetitions. */
export function numberIn(cell: NumberColumn['cells'][number] | undefined): number | undefined {
  if (cell === null || cell === undefined) return undefined;
  return typeof cell === 'number' ? cell : cell.value;
}

function numberText(value: number, { role, decimals }: NumberColumn): string {
  const fixed = value.toFixed(decimals);
  const text = Number(fixed) === 0 ? fixed.replace('-', '') : fixed;
  return role === 'difference' && Number(fixed) > 0 ? `+${text}` : text;
}
