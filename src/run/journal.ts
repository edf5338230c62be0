/** The record of a run: its events as lines of JSON, without the log lines and the progress, which are many. */
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import { takeLinksAway } from '../store/own-folders.ts';
import { attempt } from '../store/system-error.ts';
import { removeFile } from '../store/whole-file.ts';
import type { RunEvent } from './event.ts';

const runsKept = 50;

export interface Journal {
  /** Also the name of its file. */
  readonly run: string;
  write(events: readonly RunEvent[]): void;
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
    write(events) {
      const lines = events
        .filter(({ kind }) => kind !== 'node-log' && kind !== 'node-progress')
        .map((event) => `${JSON.stringify(event)}\n`);
      if (descriptor === undefined || lines.length === 0) return;
      try {
        writeSync(descriptor, lines.join(''));
      } catch {
        // A full disk: the run itself will say so.
      }
    },
    close() {
      if (descriptor !== undefined) attempt(() => closeSync(descriptor));
    },
  };
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
