/** The log of one attempt: a file of lines, in the order in which they came. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

export interface StageLog {
  write(line: string): void;
  close(): void;
}

/** A disk that is full loses lines and stops nothing: the stage itself will meet it. */
export function openLog(path: string): StageLog {
  const descriptor = openSync(path, 'a');
  return {
    write(line) {
      try {
        writeSync(descriptor, `${line}\n`);
      } catch {
        // See above.
      }
    },
    close: () => closeSync(descriptor),
  };
}

const { O_APPEND, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/** After its stage has ended, which may have put a link or a pipe in the place of the log: nothing is written then. */
export function addToLog(path: string, text: string): void {
  try {
    const descriptor = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      if (stats.isFile() && stats.nlink === 1) writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // As above.
  }
}
