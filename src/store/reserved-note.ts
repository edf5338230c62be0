/** Room for a note is taken before the work begins: on a disk that is full by its end the note can still be written. */
import { closeSync, constants, ftruncateSync, lstatSync, openSync, renameSync, writeSync } from 'node:fs';

import { writeWhole } from './whole-file.ts';

const noteBytes = 16384;

export const reserveNote = (path: string): void => writeWhole(path, ' '.repeat(noteBytes));

/** Writes the text into the room that was reserved, and renames it to `note`. */
export function fillNote(reserved: string, text: string, note: string): void {
  const stats = lstatSync(reserved, { throwIfNoEntry: false });
  // A stage may have put something else there, which is left as it is.
  if (stats?.isFile() !== true || stats.nlink > 1) reserveNote(reserved);
  overwrite(reserved, text);
  renameSync(reserved, note);
}

function overwrite(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const bytes = Buffer.from(text.padEnd(noteBytes));
    if (writeSync(descriptor, bytes, 0, bytes.length, 0) < bytes.length)
      throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC', syscall: 'write', path });
    // It may have been the longer one of another node.
    ftruncateSync(descriptor, bytes.length);
  } finally {
    closeSync(descriptor);
  }
}
