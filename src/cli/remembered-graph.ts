/**
 * The graph of a command line, remembered with the state of everything it was made from: `pipeline.yaml`, `experiments/`,
 * `schemas/` and the runner's own sources. While none of them is touched, no YAML is read and no schema compiled.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

import { FailureError } from '../failure.ts';
import type { Graph, Node } from '../graph/node.ts';
import { layoutOf } from '../store/layout.ts';
import { readRemembered, remember } from '../store/memory.ts';
import { isSettled, walk } from '../store/walk.ts';
import type { ConfigurationOptions } from './options.ts';
import { projectRoot } from './project-root.ts';

interface ProjectGraph {
  readonly root: string;
  readonly graph: Graph;
}

/** Throws a `ConfigurationError` with all that is wrong: file, experiment, overrides, stages, paths. */
export async function openGraph(
  targets: readonly string[],
  options: ConfigurationOptions,
): Promise<ProjectGraph> {
  const root = await projectRoot();
  const request = JSON.stringify([
    root,
    targets,
    options.experiment ?? null,
    options.set,
    options.sweep ?? [],
  ]);
  const place = layoutOf(join(root, 'artifacts')).graph(request);
  const before = stateOf(root);
  const known = before === undefined ? undefined : readRemembered(place, request, before);
  if (known !== undefined) {
    const graph = JSON.parse(known) as Graph;
    if (graph.nodes.every((node) => isThere(root, node))) return { root, graph };
  }
  const { expandGraph } = await import('./project-graph.ts');
  const { graph } = await expandGraph(targets, options);
  if (before !== undefined && before === stateOf(root))
    remember(place, request, before, JSON.stringify(graph));
  return { root, graph };
}

/** Undefined where something is not readable, or was touched so lately that its times would not show another change. */
function stateOf(root: string): string | undefined {
  const now = BigInt(Date.now()) * 1_000_000n;
  const state = createHash('sha256').update(process.version);
  try {
    for (const place of placesOf(root)) {
      state.update(`${place}\0`);
      if (statSync(place, { throwIfNoEntry: false }) === undefined) continue;
      for (const entry of walk(place, { links: 'follow' })) {
        if (entry.kind === 'file' && !isSettled(entry, now)) return undefined;
        state.update(`${entry.path}\0${entry.kind === 'file' ? entry.stamp : ''}\n`);
      }
    }
    return state.digest('hex');
  } catch (error) {
    // The slow way says what is wrong.
    if (error instanceof FailureError) return undefined;
    throw error;
  }
}

const placesOf = (root: string): readonly string[] => [
  ...['pipeline.yaml', 'experiments', 'schemas'].map((name) => join(root, name)),
  ...['cli', 'config', 'graph', '../schemas'].map((name) => join(import.meta.dirname, '..', name)),
];

/** Whether what the node reads of the project can be read; the slow way says what is wrong. */
function isThere(root: string, { action, inputs }: Node): boolean {
  const files = action.kind === 'module' ? [action.module] : action.files;
  const paths = inputs.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === 'path' ? [source.path] : [])),
  );
  try {
    for (const path of [...files, ...paths]) accessSync(resolve(root, path), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
