/** Any tables in any form. */
import type { ChalkInstance } from 'chalk';

import type { TablesFile } from '../../tables.ts';
import { jsonText } from '../text/json.ts';
import type { TableFormat } from './formats.ts';
import { renderCsv } from './csv.ts';
import { renderLatex } from './latex.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

/** `colours` are used on the terminal alone. */
export function renderTables(file: TablesFile, format: TableFormat, colours: ChalkInstance): string {
  switch (format) {
    case 'terminal':
      return renderTerminal(file, colours);
    case 'markdown':
      return renderMarkdown(file);
    case 'csv':
      return renderCsv(file);
    case 'json':
      return `${jsonText(file, 2)}\n`;
    case 'latex':
      return renderLatex(file);
  }
}
