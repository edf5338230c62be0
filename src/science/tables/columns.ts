/** Columns of tables, and their text in Markdown with fixed decimals and no locale. */
import { markdownTable } from 'markdown-table';
import type { Column, NumberColumn } from '../../tables.ts';

type Values = readonly (number | undefined)[];

export const textColumn = (header: string, cells: readonly string[]): Column => ({
  kind: 'text',
  header,
  cells,
});

export const countColumn = (header: string, counts: Values): Column => ({
  kind: 'number',
  header,
  role: 'count',
  decimals: 0,
  direction: 'none',
  cells: cellsOf(counts),
});

/** Results with one decimal. `ranked`: higher is better, and where the best and the second are looked for. */
export const numberColumn = (header: string, values: Values, ranked?: 'down' | 'across'): Column => ({
  kind: 'number',
  header,
  role: 'value',
  decimals: 1,
  direction: ranked === undefined ? 'none' : 'higher',
  ...(ranked === undefined ? {} : { ranked }),
  cells: cellsOf(values),
});

/**
 * Ours, the paper's and the difference (ours less the paper's), or ours alone when the paper has none of them.
 * The paper's numbers keep the two decimals they are printed with.
 */
export function comparedColumns(
  header: string,
  ours: Values,
  papers: Values,
  ranked?: 'down' | 'across',
): Column[] {
  const own = numberColumn(header, ours, ranked);
  if (papers.every((paper) => paper === undefined)) return [own];
  const differences = ours.map((value, i) => {
    const paper = papers[i];
    return value === undefined || paper === undefined ? undefined : value - paper;
  });
  const common = { kind: 'number', direction: 'none' } as const;
  return [
    own,
    { ...common, header: 'paper', role: 'reference', decimals: 2, cells: cellsOf(papers) },
    { ...common, header: 'diff.', role: 'difference', decimals: 1, cells: cellsOf(differences) },
  ];
}

export function renderColumns(columns: readonly Column[]): string {
  const texts = columns.map(textsOf);
  const rows = (texts[0] ?? []).map((_, row) => texts.map((cells) => cells[row] ?? ''));
  return markdownTable([columns.map(({ header }) => header), ...rows], {
    align: columns.map(({ kind }) => (kind === 'text' ? 'left' : 'right')),
  });
}

const cellsOf = (values: Values): (number | null)[] => values.map((value) => value ?? null);

function textsOf(column: Column): readonly string[] {
  if (column.kind === 'text') return column.cells;
  return column.cells.map((cell) => (typeof cell === 'number' ? textOf(cell, column) : ''));
}

function textOf(value: number, { role, decimals }: NumberColumn): string {
  const text = value.toFixed(decimals);
  if (role !== 'difference') return text;
  return text.startsWith('-') || text === '0.0' ? text.replace('-0.0', '0.0') : `+${text}`;
}
