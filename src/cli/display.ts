/** What people want to see of an artifact first. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The Markdown file that its manifest names, else the folder of its files, relative to the project's root. */
export function displayOf(folder: string, display: string | null, root: string): string {
  if (display === null) return relative(root, folder);
  return readFileSync(join(folder, display), 'utf8').trimEnd();
}
