/**
 * A run that found everything done, kept with the looks of all it depended on. While those hold and the environment is the
 * same, a run of the same command line would find the same: it can be told again without a manifest or an index being read.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Graph } from '../graph/node.ts';
import type { Layout } from '../store/layout.ts';
import type { LookTaker } from '../store/looks.ts';
import type { Store } from '../store/store.ts';
import { openCodeIndex } from './code/code-index.ts';
import type { NodeHit, RunEvent } from './event.ts';
import { openJournal } from './journal.ts';

export interface SettledRun {
  readonly cpus: number;
  readonly hits: readonly NodeHit[];
  /** Of the variables that nodes declare. */
  readonly environment: readonly (readonly [name: string, value: string | null])[];
  /** What has too many files for the looks, or a link among them, with the digest that its index has. */
  readonly trees: readonly SettledTree[];
}

interface SettledTree {
  readonly path: string;
  readonly kind: 'input' | 'artifact';
  readonly digest: string;
}

/** A tree with more files is better looked at beside its index. */
const mostFiles = 256;

/** Adds the looks of all that the nodes depend on. Undefined where anything of it has gone or changed meanwhile. */
export async function settledRun(
  graph: Graph,
  hits: readonly NodeHit[],
  looks: LookTaker,
  { root, store, cpus }: { readonly root: string; readonly store: Store; readonly cpus: number },
): Promise<SettledRun | undefined> {
  const trees: SettledTree[] = [];
  for (const path of pathsOf(graph, root)) {
    const taken = looks.takeTree(path, mostFiles);
    if (taken === 'absent') return undefined;
    if (taken === 'left') trees.push({ path, kind: 'input', digest: await store.digestInput(path) });
  }
  const stages = new Map(graph.nodes.map(({ recipe, stage }) => [recipe, stage]));
  for (const { key, recipe, folder } of hits) {
    const artifact = store.read(stages.get(recipe) ?? '', key);
    if (artifact === undefined) return undefined;
    looks.take(join(folder, '../manifest.json'));
    const taken = looks.takeTree(folder, mostFiles);
    if (taken === 'absent') return undefined;
    if (taken === 'left') trees.push({ path: folder, kind: 'artifact', digest: artifact.manifest.content });
  }
  const codeIndex = openCodeIndex({ root, store });
  for (const { action } of graph.nodes) {
    if (action.kind === 'command') continue;
    const files = codeIndex.filesOf(action.module);
    if (files?.every((path) => looks.take(path)?.isSymbolicLink() !== true) !== true) return undefined;
  }
  const names = new Set(graph.nodes.flatMap(({ environment }) => environment));
  const environment = [...names].map((name) => [name, process.env[name] ?? null] as const);
  return looks.isSettled() ? { cpus, hits, environment, trees } : undefined;
}

/** Of the inputs outside the store and of the scripts that commands name, each once. */
function pathsOf({ nodes }: Graph, root: string): ReadonlySet<string> {
  const paths = nodes.flatMap(({ action, inputs }) => [
    ...(action.kind === 'command' ? action.files : []),
    ...inputs.flatMap(({ sources }) =>
      sources.flatMap((source) => (source.kind === 'path' ? [source.path] : [])),
    ),
  ]);
  return new Set(paths.map((path) => resolve(root, path)));
}

/** What the looks cannot tell: whether the rest is as it was, nothing is to be cleaned up and nobody removes artifacts. */
export async function isStillSettled({ environment, trees }: SettledRun, layout: Layout): Promise<boolean> {
  if (environment.some(([name, value]) => (process.env[name] ?? null) !== value)) return false;
  if (existsSync(layout.removal) || readdirSync(layout.work).length > 0) return false;
  if (trees.length === 0) return true;
  const { digestTree } = await import('../store/tree-index.ts');
  for (const { path, kind, digest } of trees) {
    const options =
      kind === 'input' ? ({ links: 'follow' } as const) : ({ links: 'refuse', settled: true } as const);
    if ((await digestTree(path, { ...options, indexFile: layout.treeIndex(path) })) !== digest) return false;
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
  const onEvent = (event: RunEvent): void => {
    journal.write(event);
    tell(event);
  };
  const total = hits.length;
  const plan = { total, hit: total, run: 0, perhaps: 0, alike: 0, shared: 0 };
  onEvent({ kind: 'run-started', at: startedAt, run, plan, cpus });
  for (const hit of hits) onEvent({ ...hit, at: Date.now() });
  const at = Date.now();
  const counts = { hit: total, ran: 0, failed: 0, skipped: 0 };
  onEvent({ kind: 'run-finished', at, run, status: 'ok', counts, seconds: (at - startedAt) / 1000 });
  journal.close();
}
