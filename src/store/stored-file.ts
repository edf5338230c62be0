/**
 * Files of the store, as it writes them: plain ones, under no other name by a link. What stands in the place of one (a link to a
 * file of somebody's, a named pipe that never ends) is not opened, or not read.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** To be read from; the caller closes it. Throws what the system says. */
export const openStored = (path: string): number => openPlain(path, O_RDONLY);

function openPlain(path: string, flags: number): number {
  const descriptor = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile())
      throw Object.assign(new Error(`no file: ${path}`), { code: 'ENOENT', path });
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

export function readStored(path: string): Buffer {
  const descriptor = openStored(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export const readStoredText = (path: string): string => readStored(path).toString('utf8');

/** Makes the file where it is not there. */
export function appendStored(path: string, text: string): void {
  const descriptor = openPlain(path, O_WRONLY | O_APPEND | O_CREAT);
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
