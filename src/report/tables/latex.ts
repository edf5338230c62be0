/** Tables as LaTeX (package booktabs): the best bold, the second underlined. */
import type { Table, TablesFile } from '../../tables.ts';
import { tableText, type CellText } from './cells.ts';
import { markPrefix, warningOf } from './marks.ts';
import { latexComment, latexText } from '../text/latex.ts';
import { ranksOf, type Rank } from './ranking.ts';

export function renderLatex(file: TablesFile): string {
  const { title, marks, remarks, tables } = file;
  const warning = warningOf(file);
  const head = ['% \\usepackage{booktabs}', latexComment(`${markPrefix(marks)}${title}`)];
  if (warning !== undefined) head.push(latexComment(warning));
  const foot = remarks.map(latexComment);
  return `${[head.join('\n'), ...tables.map((table) => latexTable(table, marks)), ...foot].join('\n\n')}\n`;
}

function latexTable(table: Table, marks: readonly string[]): string {
  const { name, title, columns } = table;
  const ranks = ranksOf(table);
  const { columns: cells, caption } = tableText(table);
  const texts = cells.map((column, at) =>
    column.map((cell, row) =>
      columns[at]?.kind === 'text' ? latexText(cell.value) : latexNumber(cell, ranks[at]?.[row]),
    ),
  );
  const rows = (texts[0] ?? []).map((_, row) => latexRow(texts.map((column) => column[row] ?? '')));
  const sentences = [`${title}.`, caption].filter((text) => text !== '').join(' ');
  const mark = marks.length === 0 ? '' : `\\textbf{${latexText(markPrefix(marks).trimEnd())}} `;
  return [
    '\\begin{table}[t]',
    '\\centering',
    '\\setlength{\\belowcaptionskip}{6pt}',
    ...sizeOf(table),
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

/** Smaller letters and spaces where there is much in a row, so that a table keeps to the width of a page. */
function sizeOf({ columns }: Table): readonly string[] {
  if (columns.length <= 6) return [];
  const spread = columns.some(({ cells }) => cells.some((cell) => cell !== null && typeof cell === 'object'));
  return spread
    ? ['\\footnotesize', '\\setlength{\\tabcolsep}{3pt}']
    : ['\\small', '\\setlength{\\tabcolsep}{4pt}'];
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
