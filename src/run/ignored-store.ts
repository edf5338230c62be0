/** A store is made again by running: git is told to leave a new one out. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { namesIn } from '../store/names-in.ts';
import { attempt } from '../store/system-error.ts';

/** Writes a `.gitignore` into a store that has just been made, but not where git keeps files of that folder. */
export function ignoreNewStore(folder: string): void {
  const isNew = namesIn(folder).every((name) => name === '.store');
  if (isNew && !isTracked(folder))
    attempt(() => writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' }));
}

function isTracked(folder: string): boolean {
  if (!isInRepository(folder)) return false;
  try {
    const listed = execFileSync('git', ['ls-files', '--', '.'], { cwd: folder, stdio: 'pipe' });
    return listed.length > 0;
  } catch {
    // Of a repository that cannot be read nothing is known.
    return true;
  }
}

const isInRepository = (folder: string): boolean =>
  existsSync(join(folder, '.git')) || (dirname(folder) !== folder && isInRepository(dirname(folder)));
