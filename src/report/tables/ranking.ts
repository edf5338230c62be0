/** Which numbers of a table are the best and the second. Equal as printed is equal. */
import type { NumberColumn, Table } from '../../tables.ts';
import { numberIn } from './cells.ts';
import { significantText } from './number-text.ts';

export type Rank = 'best' | 'second' | undefined;

/** By column, then by row. Only results made here are ranked, and only where at least two stand against each other. */
export function ranksOf({ columns }: Pick<Table, 'columns'>): readonly (readonly Rank[])[] {
  const across = columns.flatMap((column) => rankedColumn(column, 'across'));
  return columns.map((column): readonly Rank[] => {
    const [down] = rankedColumn(column, 'down');
    if (down !== undefined) {
      const numbers = down.cells.map((cell) => printed(cell, down));
      return numbers.map((number) => rankAmong(number, numbers, down.direction));
    }
    return rankedColumn(column, 'across').flatMap((own) =>
      own.cells.map((cell, row) =>
        rankAmong(
          printed(cell, own),
          across.map((other) => printed(other.cells[row], other)),
          own.direction,
        ),
      ),
    );
  });
}

function rankedColumn(column: Table['columns'][number], way: 'down' | 'across'): readonly NumberColumn[] {
  const isRanked =
    column.kind === 'number' &&
    column.role === 'value' &&
    column.direction !== 'none' &&
    column.ranked === way;
  return isRanked ? [column] : [];
}

function rankAmong(
  number: number | undefined,
  all: readonly (number | undefined)[],
  direction: NumberColumn['direction'],
): Rank {
  const present = all.filter((other) => other !== undefined);
  if (number === undefined || present.length < 2) return undefined;
  const better = present.filter((other) => (direction === 'higher' ? other > number : other < number));
  if (better.length === 0) return new Set(present).size > 1 ? 'best' : undefined;
  return new Set(better).size === 1 ? 'second' : undefined;
}

function printed(
  cell: NumberColumn['cells'][number] | undefined,
  { decimals, significant }: NumberColumn,
): number | undefined {
  const value = numberIn(cell);
  if (value === undefined) return undefined;
  return Number(significant === true ? significantText(value) : value.toFixed(decimals));
}
