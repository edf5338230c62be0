/** The last run that the store has a record of. */
import { join } from 'node:path';

import type { RunFinished } from './event.ts';
import { journalsIn } from './journal.ts';
import { readJournal } from './read-journal.ts';

export interface LastRun {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Null for one that goes on still, or was killed. */
  readonly end: Pick<RunFinished, 'status' | 'counts' | 'seconds'> | null;
  /** Names of the nodes that failed. */
  readonly failed: readonly string[];
}

/** `folder` has the journals. Undefined where there is none that can be read. */
export function lastRun(folder: string): LastRun | undefined {
  const name = journalsIn(folder).at(-1);
  const events = name === undefined ? [] : readJournal(join(folder, name));
  const [first] = events;
  if (first === undefined) return undefined;
  const end = events.find((event) => event.kind === 'run-finished');
  const failed = events.flatMap((event) => (event.kind === 'node-failed' ? [event.node] : []));
  return { startedAt: first.at, end: end?.kind === 'run-finished' ? end : null, failed };
}
