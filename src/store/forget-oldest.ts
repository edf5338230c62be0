/** Keeps a folder of what can be made again from growing without end. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { removeFile } from './whole-file.ts';

/** Removes all files of the folder but the `most` that were written last. Throws where it cannot. */
export function forgetOldest(folder: string, most: number): void {
  const names = readdirSync(folder);
  if (names.length <= most) return;
  const byAge = names
    .map((name) => ({ name, age: lstatSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.age - a.age);
  for (const { name } of byAge.slice(most)) removeFile(join(folder, name));
}
