/**
 * Files that are written whole or not at all: beside their place first, and then renamed onto it. What stands there already,
 * read only or half written by a run that was killed, is replaced and never opened.
 */
import { copyFileSync, constants, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { isCode } from './system-error.ts';

/** Makes the folder too where it is not there. Throws what the system says; nothing half is left then. */
export function writeWhole(
  path: string,
  data: string | NodeJS.ArrayBufferView,
  options: { readonly mode?: number } = {},
): void {
  place(path, (beside) => writeFileSync(beside, data, { ...options, flag: 'wx' }));
}

/** The same with the bytes of another file; they are shared with it where the file system can do that. */
export function copyWhole(from: string, path: string): void {
  place(path, (beside) => copyFileSync(from, beside, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL));
}

let written = 0;

/** The number of the process stands behind the name, by which `sweep` knows what a killed run left. */
function place(path: string, write: (beside: string) => void): void {
  const beside = `${path}.${process.pid}-${written++}`;
  try {
    writeNew(beside, write);
    renameSync(beside, path);
  } catch (error) {
    removeFile(beside);
    throw error;
  }
}

function writeNew(beside: string, write: (beside: string) => void): void {
  try {
    write(beside);
  } catch (error) {
    // Left by a killed process of the same number.
    if (isCode(error, 'EEXIST')) removeFile(beside);
    else if (isCode(error, 'ENOENT')) mkdirSync(dirname(beside), { recursive: true });
    else throw error;
    write(beside);
  }
}

/** Says whether it is gone. `rmSync` takes several times as long. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    return isCode(error, 'ENOENT');
  }
}
