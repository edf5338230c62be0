/** Tables for people, column by column, with fixed decimals and no locale. */
import { markdownTable } from 'markdown-table';

export interface Column {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** One for each row. */
  readonly cells: readonly string[];
}

export const textColumn = (header: string, cells: readonly string[]): Column => ({
  header,
  align: 'left',
  cells,
});

export const countColumn = (header: string, counts: readonly (number | undefined)[]): Column => ({
  header,
  align: 'right',
  cells: counts.map((count) => (count === undefined ? '' : String(count))),
});

/** Numbers with one decimal; an empty cell for what there is not. */
export const numberColumn = (header: string, values: readonly (number | undefined)[]): Column => ({
  header,
  align: 'right',
  cells: values.map((value) => (value === undefined ? '' : value.toFixed(1))),
});

/**
 * Ours, the paper's and the difference (ours less the paper's), or ours alone when the paper has none of them.
 * The paper's numbers keep the two decimals they are printed with.
 */
export function comparedColumns(
  header: string,
  ours: readonly (number | undefined)[],
  papers: readonly (number | undefined)[],
): Column[] {
  const own = numberColumn(header, ours);
  if (papers.every((paper) => paper === undefined)) return [own];
  const differences = ours.map((value, i) => {
    const paper = papers[i];
    return value === undefined || paper === undefined ? '' : signed(value - paper);
  });
  return [
    own,
    { header: 'paper', align: 'right', cells: papers.map((paper) => paper?.toFixed(2) ?? '') },
    { header: 'diff.', align: 'right', cells: differences },
  ];
}

export function renderColumns(columns: readonly Column[]): string {
  const rows = (columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => cells[row] ?? ''));
  return markdownTable([columns.map(({ header }) => header), ...rows], {
    align: columns.map(({ align }) => align),
  });
}

const signed = (difference: number): string => {
  const text = difference.toFixed(1);
  return text.startsWith('-') || text === '0.0' ? text.replace('-0.0', '0.0') : `+${text}`;
};
