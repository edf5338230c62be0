/** Tables on a terminal: aligned by spaces, the best bold, the second underlined where the terminal can. */
import type { ChalkInstance } from 'chalk';

import type { Table, TablesFile } from '../../tables.ts';
import { terminalProse } from '../text/terminal.ts';
import { fullText, tableText } from './cells.ts';
import { markedTitle, warningOf } from './marks.ts';
import { ranksOf, type Rank } from './ranking.ts';

const widest = 100;

export function renderTerminal(file: TablesFile, colours: ChalkInstance): string {
  const { title, marks, remarks, tables } = file;
  const warning = warningOf(file);
  const parts = [
    colours.bold(markedTitle(terminalProse(title), marks)),
    ...(warning === undefined ? [] : [colours.yellow(wrapped(terminalProse(warning), widest).join('\n'))]),
    ...tables.map((table) => terminalTable(table, marks, colours)),
    ...(remarks.length === 0
      ? []
      : [remarks.map((remark) => `- ${wrapped(terminalProse(remark), widest - 2).join('\n  ')}`).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function terminalTable(table: Table, marks: readonly string[], colours: ChalkInstance): string {
  const ranks = ranksOf(table);
  const { columns: texts, caption } = tableText(table);
  const columns = table.columns.map((column, at) => {
    const header = terminalProse(column.header);
    const cells = (texts[at] ?? []).map((cell) => terminalProse(fullText(cell)));
    const width = Math.max(...[header, ...cells].map((text) => text.length));
    const padded = (text: string): string =>
      column.kind === 'text' ? text.padEnd(width) : text.padStart(width);
    return {
      header: padded(header),
      rule: '─'.repeat(width),
      cells: cells.map((text, row) =>
        padded(text).replace(text, () => emphasised(text, ranks[at]?.[row], colours)),
      ),
    };
  });
  const rows = (columns[0]?.cells ?? []).map((_, row) => line(columns.map(({ cells }) => cells[row] ?? '')));
  return [
    colours.bold(markedTitle(terminalProse(table.title), marks)),
    ...(caption === '' ? [] : wrapped(terminalProse(caption), widest)),
    '',
    line(columns.map(({ header }) => header)),
    colours.dim(line(columns.map(({ rule }) => rule))),
    ...rows,
  ].join('\n');
}

const line = (texts: readonly string[]): string => texts.join('  ').trimEnd();

function emphasised(text: string, rank: Rank, colours: ChalkInstance): string {
  if (rank === 'best') return colours.bold(text);
  return rank === 'second' ? colours.underline(text) : text;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
