/** Cells of CSV files, which spreadsheets open: a text is never a formula, and a row is a line. Numbers stay numbers. */
import { joined } from './visible.ts';

/** A text for a cell; where a spreadsheet would calculate, an apostrophe before it says that it is text. Quoting is left to the writer of the file. */
export function csvText(text: string): string {
  const cell = joined(text);
  return /^\s*[=+\-@＝＋－＠]/.test(cell) && !isNumber(cell) ? `'${cell}` : cell;
}

const isNumber = (text: string): boolean => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
