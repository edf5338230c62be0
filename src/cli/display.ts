/** What people want to see of an artifact first. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { Artifact } from '../store/store.ts';

/** Its Markdown file where the stage names one, else the folder of its files, relative to the project's root. */
export async function displayOf({ folder, manifest }: Artifact, root: string): Promise<string> {
  if (manifest.display === null) return relative(root, folder);
  return (await readFile(join(folder, manifest.display), 'utf8')).trimEnd();
}
