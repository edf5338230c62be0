/** The last run that the store has a record of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { RunEvent, RunFinished } from './event.ts';

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
  try {
    const name = readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .toSorted(compareCodePoints)
      .at(-1);
    if (name === undefined) return undefined;
    const events = readFileSync(join(folder, name), 'utf8').split('\n').flatMap(eventIn);
    const [first] = events;
    if (first === undefined) return undefined;
    const end = events.find((event) => event.kind === 'run-finished');
    const failed = events.flatMap((event) => (event.kind === 'node-failed' ? [event.node] : []));
    return { startedAt: first.at, end: end?.kind === 'run-finished' ? end : null, failed };
  } catch {
    return undefined;
  }
}

/** The last line of a killed run may be torn. */
function eventIn(line: string): readonly RunEvent[] {
  try {
    return [JSON.parse(line) as RunEvent];
  } catch {
    return [];
  }
}
