/** Files that the command line names for results to be written to. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { FailureError } from '../failure.ts';
import { isSystemError } from '../store/system-error.ts';

const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'a file is where a folder should be',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is longer than the system takes',
};

/** With the folders above it. `option` is the one that names it: `-o`. Errors: `FILE_UNWRITABLE`. */
export async function writeAsked(file: string, text: string, option: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new FailureError({
      code: 'FILE_UNWRITABLE',
      message: `cannot be written: ${reasons[error.code] ?? error.message}`,
      place: file,
      remedy: `name another file: ${option} FILE`,
    });
  }
}
