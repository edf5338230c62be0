/** What people want to see of an artifact first. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { terminalLine, terminalText } from '../report/text/terminal.ts';

/** The Markdown file that its manifest names, with the folder where it has pictures, which a terminal does not show; else the folder alone, relative to the project's root. */
export function displayOf(folder: string, display: string | null, root: string): string {
  const place = terminalLine(relative(root, folder));
  if (display === null) return place;
  const text = terminalText(readFileSync(join(folder, display), 'utf8').trimEnd());
  return text.includes('![') ? `${text}\n\n${place}` : text;
}
