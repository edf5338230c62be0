/** What is posted: one comment that is found again by its first line and fits where it is put. */
import type { Column, Table, TablesFile } from '../../tables.ts';
import { renderMarkdown } from '../tables/markdown.ts';

/** GitHub takes 65,536 characters; bytes of UTF-8 are never fewer. */
export const largestMessage = 65_000;

/** Nothing that could end the comment it stands in. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9 ._/-]/g, '_').replaceAll('--', '__');

/** The first line of the comment of one workflow and one experiment. */
export function markerOf(workflow: string, experiment: string): string {
  return `<!-- pipe: ${safe(workflow)} / ${safe(experiment)} -->`;
}

/** Pages in order of importance; what is too much at the end is left out, to the row within a table, and it is said. */
export function messageOf(marker: string, pages: readonly TablesFile[]): string {
  const parts: string[] = [marker];
  const left = 'The rest is left out: it is longer than a comment may be.';
  for (const [index, page] of pages.entries()) {
    const fitting = fittingPage(page, largestMessage - bytes([...parts, left].join('\n\n')) - 200, index > 0);
    parts.push(...fitting.parts);
    if (fitting.whole) continue;
    parts.push(left);
    break;
  }
  return `${parts.join('\n\n')}\n`;
}

interface FittingPage {
  readonly parts: readonly string[];
  readonly whole: boolean;
}

/** Without its last tables where it is too long, and without the last rows of the table before. Folded pages open by a click. */
function fittingPage(page: TablesFile, room: number, folded: boolean): FittingPage {
  const { tables } = page;
  const whole = textWithin(page, room);
  if (whole !== undefined) return { parts: partsOf(whole, folded), whole: true };
  const start = (count: number): TablesFile => ({ ...page, remarks: [], tables: tables.slice(0, count) });
  const count = largest(tables.length, (each) => textWithin(start(each), room) !== undefined);
  const next = tables[count];
  const withRows = (rows: number): TablesFile => ({
    ...start(count),
    tables: [...tables.slice(0, count), ...(next === undefined || rows === 0 ? [] : [firstRows(next, rows)])],
  });
  const rows = largest(rowsOf(next), (each) => textWithin(withRows(each), room) !== undefined);
  const text = textWithin(withRows(rows), room);
  return { parts: text === undefined ? [] : partsOf(text, folded), whole: false };
}

function textWithin(page: TablesFile, room: number): string | undefined {
  const text = renderMarkdown(page, 2).trimEnd();
  return bytes(text) > room ? undefined : text;
}

const partsOf = (text: string, folded: boolean): readonly string[] =>
  folded ? ['<details><summary>All results</summary>', text, '</details>'] : [text];

const rowsOf = (table: Table | undefined): number => table?.columns[0]?.cells.length ?? 0;

function firstRows(table: Table, rows: number): Table {
  const cut = `The first ${rows} of ${rowsOf(table)} rows.`;
  return {
    ...table,
    caption: table.caption === '' ? cut : `${table.caption} ${cut}`,
    columns: table.columns.map((column): Column =>
      column.kind === 'text'
        ? { ...column, cells: column.cells.slice(0, rows) }
        : { ...column, cells: column.cells.slice(0, rows) },
    ),
  };
}

/** The largest number up to `most` that fits, where smaller ones fit too; 0 where none does. */
function largest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
