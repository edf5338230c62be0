/** What people want to see of an artifact first. */
import { relative } from 'node:path';

import { readDisplay } from '../report/display.ts';
import { terminalLine, terminalText } from '../report/text/terminal.ts';

/** The Markdown file that its manifest names, with the folder where it has pictures, which a terminal does not show; else the folder alone, relative to the project's root. */
export function displayOf(folder: string, display: string | null, root: string): string {
  const place = terminalLine(relative(root, folder));
  if (display === null) return place;
  const text = terminalText(readDisplay(folder, display).trimEnd());
  return text.includes('![') ? `${text}\n\n${place}` : text;
}
