/**
 * The graph of a command line, remembered with the looks of everything it was made from. While none of that is touched, no
 * YAML is read and no schema compiled.
 */
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { contains, overlap } from '../config/store-overlap.ts';
import type { Graph, Node } from '../graph/node.ts';
import { layoutOf } from '../store/layout.ts';
import { looksHold } from '../store/looks.ts';
import { recall, remember } from '../store/memory.ts';
import type { ConfigurationOptions } from './options.ts';
import { lookAtProject } from './project-looks.ts';
import { projectRoot } from './project-root.ts';

/** Counted up with every change of what a graph holds, or of how its nodes are named. */
const graphForm = 2;

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
    graphForm,
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
    if (leadsWhereItDid(root, graph)) return { root, graph };
  }
  const before = lookAtProject(root);
  const { expandGraph } = await import('./project-graph.ts');
  const { graph } = await expandGraph(targets, options);
  if (before !== undefined && looksHold(before.looks))
    remember(graphs, request, before.looks, JSON.stringify(graph));
  return { root, graph };
}

/**
 * Whether what the nodes read of the project can be read, and no link among it leads to where it may not: scripts out of the project,
 * inputs to the store. The slow way says what is wrong.
 */
function leadsWhereItDid(root: string, { nodes }: Graph): boolean {
  const scripts = nodes.flatMap(({ action }) => (action.kind === 'module' ? [action.module] : action.files));
  const inputs = nodes.flatMap((node) => node.inputs.flatMap(({ sources }) => sources.flatMap(pathsOf)));
  try {
    const home = realpathSync.native(root);
    const artifacts = join(root, 'artifacts');
    const store = existsSync(artifacts) ? realpathSync.native(artifacts) : join(home, 'artifacts');
    return (
      [...new Set(scripts)].every((path) => contains(home, wayTo(root, path))) &&
      [...new Set(inputs)].every((path) => overlap(wayTo(root, path), store) === undefined)
    );
  } catch {
    return false;
  }
}

const pathsOf = (source: Node['inputs'][number]['sources'][number]): readonly string[] =>
  source.kind === 'path' ? [source.path] : [];

function wayTo(root: string, path: string): string {
  const written = resolve(root, path);
  accessSync(written, constants.R_OK);
  return realpathSync.native(written);
}
