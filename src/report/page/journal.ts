/** The last run that had to do with a graph, from its journal. */
import { join } from 'node:path';

import type { NodeFailed, RunEvent, RunFinished } from '../../run/event.ts';
import { journalsIn } from '../../run/journal.ts';
import { readJournal } from '../../run/read-journal.ts';
import type { ReportNode, ReportRun } from './report.ts';

export interface JournalRun {
  readonly summary: ReportRun;
  /** By recipe. */
  readonly nodes: ReadonlyMap<string, JournalNode>;
  readonly failures: readonly NodeFailed[];
}

interface JournalNode {
  readonly state: 'ran' | 'hit' | 'failed' | 'skipped' | 'started';
  readonly span: ReportNode['span'];
}

/** The newest in which a node of `recipes` ran, failed or was skipped, or else the newest that took one from the store. */
export function readLastRun(folder: string, recipes: ReadonlySet<string>): JournalRun | undefined {
  let fallback: JournalRun | undefined;
  for (const name of journalsIn(folder).toReversed()) {
    const run = runOf(readJournal(join(folder, name)));
    const states = [...recipes].map((recipe) => run?.nodes.get(recipe)?.state);
    if (states.some((state) => state !== undefined && state !== 'hit')) return run;
    if (fallback === undefined && states.includes('hit')) fallback = run;
  }
  return fallback;
}

function runOf(events: readonly RunEvent[]): JournalRun | undefined {
  const [first] = events;
  if (first?.kind !== 'run-started') return undefined;
  const end = events.find((event): event is RunFinished => event.kind === 'run-finished');
  const last = events.at(-1)?.at ?? first.at;
  const after = (at: number): number => (at - first.at) / 1000;
  const nodes = new Map<string, JournalNode>();
  const starts = new Map<string, { readonly at: number; readonly cpus: number }>();
  const failures: NodeFailed[] = [];
  for (const event of events) {
    if (event.kind === 'node-started') {
      starts.set(event.recipe, event);
      nodes.set(event.recipe, {
        state: 'started',
        span: { start: after(event.at), end: after(last), cpus: event.cpus },
      });
    } else if (event.kind === 'node-hit') {
      nodes.set(event.recipe, { state: 'hit', span: undefined });
    } else if (event.kind === 'node-skipped') {
      nodes.set(event.recipe, { state: 'skipped', span: undefined });
    } else if (event.kind === 'node-finished' || event.kind === 'node-failed') {
      const start = starts.get(event.recipe);
      const span =
        start === undefined ? undefined : { start: after(start.at), end: after(event.at), cpus: start.cpus };
      nodes.set(event.recipe, { state: event.kind === 'node-failed' ? 'failed' : 'ran', span });
      if (event.kind === 'node-failed') failures.push(event);
    }
  }
  return {
    summary: {
      id: first.run,
      status: end?.status,
      started: wholeSeconds(new Date(first.at).toISOString()),
      seconds: end?.seconds ?? after(last),
    },
    nodes,
    failures,
  };
}

/** `2026-11-23 13:05:01 UTC` of an ISO 8601 time. */
export const wholeSeconds = (time: string): string => `${time.slice(0, 19).replace('T', ' ')} UTC`;
