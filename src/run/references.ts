/** Which artifacts a graph refers to. */
import type { Graph } from '../graph/node.ts';
import type { Store } from '../store/store.ts';
import { openFacts } from './facts.ts';
import { survey } from './survey.ts';

/**
 * The keys of what a run would take now, and of what each node last gave or took: the latter stays known where an input
 * or a module cannot be read at the moment.
 */
export async function referredKeys(
  graph: Graph,
  { root, store, signal }: { readonly root: string; readonly store: Store; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const { recipe } of graph.nodes) {
    const last = store.notes.ofNode(recipe);
    if (last !== undefined) keys.add(last.key);
  }
  for (const one of await survey(graph, openFacts(graph, { root, store, remember: true, signal }), store)) {
    if (one.kind === 'decided' && one.hit !== null) keys.add(one.hit.key);
  }
  return keys;
}
