/** The record of a run: its events as lines of JSON, without the log lines and the progress, which are many. */
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import { layoutOf } from '../store/layout.ts';
import { takeLinksAway } from '../store/own-folders.ts';
import { readStoredText } from '../store/stored-file.ts';
import { attempt } from '../store/system-error.ts';
import { removeFile } from '../store/whole-file.ts';
import type { NodeFailed, RunEvent } from './event.ts';
import { isKnownEvent } from './event-form.ts';

const runsKept = 50;

export interface Journal {
  /** Also the name of its file. */
  readonly run: string;
  write(event: RunEvent): void;
  close(): void;
}

/** A store that cannot be written gets no journal: what matters then is said by the nodes that fail. */
export function openJournal(folder: string): Journal {
  const run = `${new Date().toISOString().replaceAll(':', '-')}-${process.pid}`;
  const descriptor = ((): number | undefined => {
    try {
      takeLinksAway([folder]);
      mkdirSync(folder, { recursive: true });
      removeOldest(folder);
      return openSync(join(folder, `${run}.jsonl`), 'a');
    } catch {
      return undefined;
    }
  })();
  return {
    run,
    write(event) {
      if (descriptor === undefined || event.kind === 'node-log' || event.kind === 'node-progress') return;
      try {
        writeSync(descriptor, `${JSON.stringify(event)}\n`);
      } catch {
        // A full disk: the run itself will say so.
      }
    },
    close() {
      if (descriptor !== undefined) attempt(() => closeSync(descriptor));
    },
  };
}

/** The events of a journal, none where it cannot be read. A line that a kill cut off, or that is no event, is left out. */
export function readJournal(file: string): readonly RunEvent[] {
  try {
    return readStoredText(file).split('\n').flatMap(eventIn);
  } catch {
    return [];
  }
}

function eventIn(line: string): readonly RunEvent[] {
  try {
    const event = line === '' ? undefined : (JSON.parse(line) as unknown);
    return isKnownEvent(event) ? [event] : [];
  } catch {
    return [];
  }
}

/** What a node said before it failed, from the logs that the store of the journals keeps, whatever place a journal names; empty where there is none. */
export function failedLogOf({ log }: NodeFailed, folder: string): string {
  try {
    return log === null ? '' : readStoredText(join(layoutOf(dirname(folder)).failedLogs, basename(log)));
  } catch {
    return '';
  }
}

/** Their names in `folder`, the oldest first; none where there is no such folder. */
export function journalsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted(compareCodePoints);
  } catch {
    return [];
  }
}

function removeOldest(folder: string): void {
  const runs = journalsIn(folder);
  for (const name of runs.slice(0, Math.max(0, runs.length - runsKept + 1))) removeFile(join(folder, name));
}
