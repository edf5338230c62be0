/** Permissions of what a stage wrote. A stage may close its own folders and files; the store has to read and to remove them. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  type PathLike,
  type Stats,
} from 'node:fs';

import { isCode } from './system-error.ts';

/** Never of what a link in its place leads to: that may be anybody's. */
export function setMode(path: PathLike, mode: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    // What may not be read cannot be opened.
    if (!isCode(error, 'EACCES') || lstatSync(path).isSymbolicLink()) throw error;
    chmodSync(path, mode);
    return;
  }
  try {
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}

/** Of a file: what its owner may do with it. The rights of others depend on who wrote it. */
export const isExecutable = ({ mode }: Pick<Stats, 'mode'>): boolean => (mode & constants.S_IXUSR) !== 0;

const ownerMayAll = 0o700;

/** Lets its owner list, enter and change a folder; says whether that was to do. */
export function openFolder(path: PathLike, { mode }: Pick<Stats, 'mode'> = lstatSync(path)): boolean {
  if ((mode & ownerMayAll) === ownerMayAll) return false;
  setMode(path, (mode & 0o7777) | ownerMayAll);
  return true;
}
