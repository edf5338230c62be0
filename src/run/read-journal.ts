/** Reads the records of runs: see `journal.ts`. */
import { basename, dirname, join } from 'node:path';

import { linesIn } from '../store/json-lines.ts';
import { layoutOf } from '../store/layout.ts';
import { readStoredText } from '../store/stored-file.ts';
import type { NodeFailed, RunEvent } from './event.ts';
import { isKnownEvent } from './event-form.ts';

/** The events of a journal, none where it cannot be read. A line that a kill cut off, or that is no event, is left out. */
export const readJournal = (file: string): readonly RunEvent[] => linesIn(file, isKnownEvent);

/** What a node said before it failed, from the logs that the store of the journals keeps, whatever place a journal names; empty where there is none. */
export function failedLogOf({ log }: NodeFailed, folder: string): string {
  try {
    return log === null ? '' : readStoredText(join(layoutOf(dirname(folder)).failedLogs, basename(log)));
  } catch {
    return '';
  }
}
