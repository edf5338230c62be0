/** Tables as Markdown: the best bold, the second underlined, a sparkline of each curve. */
import { markdownTable } from 'markdown-table';

import type { Table, TablesFile } from '../../tables.ts';
import { fullText, numberIn, tableText } from './cells.ts';
import { markdownText } from '../text/markdown.ts';
import { markedTitle, warningOf } from './marks.ts';
import { ranksOf, type Rank } from './ranking.ts';
import { sparkline } from './sparkline.ts';

/** `depth`: level of the title; those of the tables are one lower. */
export function renderMarkdown(file: TablesFile, depth = 1): string {
  const { title, marks, remarks, tables } = file;
  const warning = warningOf(file);
  const parts = [
    `${'#'.repeat(depth)} ${markdownText(markedTitle(title, marks))}`,
    ...(warning === undefined || warning.trim() === '' ? [] : [`**${markdownText(warning)}**`]),
    ...tables.map((table) => markdownOfTable(table, marks, depth + 1)),
    ...(remarks.length === 0 ? [] : [remarks.map((remark) => `- ${markdownText(remark)}`).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function markdownOfTable(table: Table, marks: readonly string[], depth: number): string {
  const { title, columns } = table;
  const ranks = ranksOf(table);
  const { columns: cells, caption } = tableText(table);
  const texts = cells.map((column, at) =>
    column.map((cell, row) => emphasised(markdownText(fullText(cell)), ranks[at]?.[row])),
  );
  const rows = (texts[0] ?? []).map((_, row) => texts.map((column) => column[row] ?? ''));
  return [
    `${'#'.repeat(depth)} ${markdownText(markedTitle(title, marks))}`,
    ...(caption === '' ? [] : [markdownText(caption)]),
    markdownTable([columns.map(({ header }) => markdownText(header)), ...rows], {
      align: columns.map(({ kind }) => (kind === 'text' ? 'left' : 'right')),
    }),
    ...(table.series === true ? sparklines(table) : []),
  ].join('\n\n');
}

function emphasised(text: string, rank: Rank): string {
  if (rank === 'best') return `**${text}**`;
  return rank === 'second' ? `<ins>${text}</ins>` : text;
}

function sparklines({ columns }: Table): string[] {
  const lines = columns.slice(1).flatMap((column) => {
    if (column.kind !== 'number' || column.role !== 'value') return [];
    return [`${markdownText(column.header)} ${sparkline(column.cells.map(numberIn))}`];
  });
  const along = columns[0]?.header ?? '';
  return lines.length === 0 ? [] : [`Over ${markdownText(along)}: ${lines.join(', ')}`];
}
