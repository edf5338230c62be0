/** What the store holds of the one node that a command asks about. */
import { availableParallelism } from 'node:os';

import { FailureError } from '../failure.ts';
import type { PlannedNode } from '../graph/plan.ts';
import type { Json } from '../json.ts';
import { planRun } from '../run/plan.ts';
import { shellWord } from '../shell-word.ts';
import { openStore, type Artifact, type Store } from '../store/store.ts';
import type { ConfigurationOptions } from './options.ts';
import { openGraph } from './remembered-graph.ts';

export interface PlannedTarget {
  readonly root: string;
  readonly store: Store;
  readonly planned: PlannedNode;
  /** The point of the sweep; empty without one. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** Undefined where it would have to run first. */
  readonly artifact: Artifact | undefined;
}

/** Every point where the options make a sweep. */
export async function planTargets(
  name: string,
  options: ConfigurationOptions,
): Promise<readonly PlannedTarget[]> {
  const { root, graph } = await openGraph([name], options);
  const store = await openStore(root);
  const { nodes } = await planRun(graph, { root, store, cpus: availableParallelism() });
  const targets: PlannedTarget[] = [];
  for (const { recipe, overrides } of graph.targets) {
    const planned = nodes.find(({ node }) => node.recipe === recipe);
    if (planned === undefined) throw new Error(`the plan lacks the target ${name}`);
    const { decision, node } = planned;
    const found = decision.kind === 'hit' ? await store.find(node.stage, decision.key) : undefined;
    const artifact = found?.kind === 'found' ? found.artifact : undefined;
    targets.push({ root, store, planned, overrides, artifact });
  }
  return targets;
}

export function notRun(name: string): FailureError {
  return new FailureError({
    code: 'NOT_RUN',
    message: `${name} has no result for this configuration`,
    remedy: `pipe run ${shellWord(name)} makes it; pipe why says what changed`,
  });
}
