/**
 * A run after which everything is done, kept with the looks of all it depended on. While those hold and the environment is the
 * same, a run of the same command line would find everything done: it can be told again without a manifest or an index being read,
 * and with little of the program loaded (`take-settled.ts` makes what is kept).
 */
import { existsSync, readdirSync } from 'node:fs';

import type { Digest } from '../graph/node.ts';
import type { InputLooks } from '../store/input-looks.ts';
import type { Layout } from '../store/layout.ts';
import { digestOfVariable } from './declared-environment.ts';
import type { NodeHit, RunEvent } from './event.ts';
import { openJournal } from './journal.ts';
import type { Asked } from './probes.ts';

export interface SettledRun {
  readonly cpus: number;
  readonly hits: readonly NodeHit[];
  /** Of the variables that nodes declare, with digests of their values. */
  readonly environment: readonly (readonly [name: string, digest: Digest | null])[];
  /** What probes said of this machine. */
  readonly probes: readonly Asked[];
  /** What has too many files for the looks, or a link among them, with the digest that its index has. */
  readonly trees: readonly SettledTree[];
}

export interface SettledTree {
  readonly path: string;
  readonly kind: 'input' | 'artifact';
  readonly digest: string;
}

/**
 * What the looks cannot tell: whether the rest is as it was, nothing is to be cleaned up and nobody removes artifacts. Where it is
 * not, the run begins with how the inputs were found to look.
 */
export async function isStillSettled(
  { environment, probes, trees }: SettledRun,
  root: string,
  layout: Layout,
): Promise<true | { readonly inputs?: InputLooks }> {
  if (environment.some(([name, digest]) => digestOfVariable(name) !== digest)) return {};
  if (existsSync(layout.removal) || readdirSync(layout.work).length > 0) return {};
  if (probes.length > 0) {
    const { answerAlike } = await import('./probes.ts');
    if (!(await answerAlike(root, probes))) return {};
  }
  if (trees.length === 0) return true;
  const [{ openInputLooks }, { digestTree }] = await Promise.all([
    import('../store/input-looks.ts'),
    import('../store/tree-index.ts'),
  ]);
  const inputs = openInputLooks(layout);
  for (const { path, kind, digest } of trees) {
    const found = await (kind === 'input'
      ? inputs.digestAhead(path)
      : digestTree(path, { links: 'refuse', settled: true, indexFile: layout.treeIndex(path) }));
    if (found !== digest) return { inputs };
  }
  return true;
}

/** Tells and records the run as if it had been done. */
export function tellSettled(
  { hits, cpus }: SettledRun,
  layout: Layout,
  tell: (event: RunEvent) => void,
): void {
  const startedAt = Date.now();
  const journal = openJournal(layout.runs);
  const { run } = journal;
  const total = hits.length;
  const plan = { total, hit: total, run: 0, perhaps: 0, alike: 0, shared: 0 };
  const counts = { hit: total, ran: 0, failed: 0, skipped: 0 };
  const at = Date.now();
  const events: readonly RunEvent[] = [
    { kind: 'run-started', at: startedAt, run, plan, cpus },
    ...hits.map((hit) => ({ ...hit, at })),
    { kind: 'run-finished', at, run, status: 'ok', counts, seconds: (at - startedAt) / 1000 },
  ];
  journal.write(events);
  for (const event of events) tell(event);
  journal.close();
}
