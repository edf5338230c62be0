/** Tables as LaTeX (package booktabs): the best bold, the second underlined. */
import type { Table, TablesFile } from '../../tables.ts';
import { cellTexts, type CellText } from './cells.ts';
import { markPrefix, warningOf } from './marks.ts';
import { ranksOf, type Rank } from './ranking.ts';

export function renderLatex(file: TablesFile): string {
  const { title, marks, remarks, tables } = file;
  const warning = warningOf(file);
  const head = ['% \\usepackage{booktabs}', comment(`${markPrefix(marks)}${title}`)];
  if (warning !== undefined) head.push(comment(warning));
  const foot = remarks.map(comment);
  return `${[head.join('\n'), ...tables.map((table) => latexTable(table, marks)), ...foot].join('\n\n')}\n`;
}

function latexTable(table: Table, marks: readonly string[]): string {
  const { name, title, caption, columns } = table;
  const ranks = ranksOf(table);
  const texts = columns.map((column, at) =>
    cellTexts(column).map((cell, row) =>
      column.kind === 'text' ? latexText(cell.value) : latexNumber(cell, ranks[at]?.[row]),
    ),
  );
  const rows = (texts[0] ?? []).map((_, row) => latexRow(texts.map((cells) => cells[row] ?? '')));
  const sentences = [`${title}.`, caption].filter((text) => text !== '').join(' ');
  const mark = marks.length === 0 ? '' : `\\textbf{${latexText(markPrefix(marks).trimEnd())}} `;
  return [
    '\\begin{table}[t]',
    '\\centering',
    `\\caption{${mark}${latexText(sentences)}}`,
    `\\label{tab:${name}}`,
    `\\begin{tabular}{${columns.map(({ kind }) => (kind === 'text' ? 'l' : 'r')).join('')}}`,
    '\\toprule',
    latexRow(columns.map(({ header }) => latexText(header))),
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

const latexRow = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;

/** Numbers are set in text, with a minus and not a hyphen. */
function latexNumber({ value, deviation, repetitions }: CellText, rank: Rank): string {
  const number = value.replace('-', '$-$').replace('+', '$+$');
  const ranked =
    rank === 'best' ? `\\textbf{${number}}` : rank === 'second' ? `\\underline{${number}}` : number;
  if (deviation === undefined) return ranked;
  return `${ranked} $\\pm$ ${deviation}${repetitions === undefined ? '' : ` ($n=${repetitions}$)`}`;
}

const specials: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function latexText(text: string): string {
  return text
    .replaceAll(/[\\{}$&#%_~^]/g, (character) => specials[character] ?? `\\${character}`)
    .replaceAll(/\s+/g, ' ');
}

const comment = (text: string): string => `% ${text.replaceAll(/\s+/g, ' ')}`;
