/** The log of one attempt: a file of lines, in the order in which they came. */
import { closeSync, openSync, writeSync } from 'node:fs';

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
