/**
 * The graph of a command line, remembered with the looks of everything it was made from. While none of that is touched, no
 * YAML is read and no schema compiled.
 */
import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Graph, Node } from '../graph/node.ts';
import { layoutOf } from '../store/layout.ts';
import { looksHold } from '../store/looks.ts';
import { recall, remember } from '../store/memory.ts';
import type { ConfigurationOptions } from './options.ts';
import { lookAtProject } from './project-looks.ts';
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
  const root = projectRoot();
  const request = JSON.stringify([
    process.version,
    root,
    targets,
    options.experiment ?? null,
    options.set,
    options.sweep ?? [],
  ]);
  const { graphs } = layoutOf(join(root, 'artifacts'));
  const known = recall(graphs, request);
  if (known !== undefined) {
    const graph = JSON.parse(known) as Graph;
    if (graph.nodes.every((node) => isThere(root, node))) return { root, graph };
  }
  const before = lookAtProject(root);
  const { expandGraph } = await import('./project-graph.ts');
  const { graph } = await expandGraph(targets, options);
  if (before !== undefined && looksHold(before.looks))
    remember(graphs, request, before.looks, JSON.stringify(graph));
  return { root, graph };
}

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
