/** Gathers the facts a plan needs (digests, code, artifacts) and has it decided. */
import type { Graph } from '../graph/node.ts';
import type { Plan } from '../graph/plan.ts';
import type { Store } from '../store/store.ts';

export interface PlanOptions {
  /** The project's root: where `pipeline.yaml` is. */
  readonly root: string;
  readonly store: Store;
  /** Cores a run would have. */
  readonly cpus: number;
}

/** What `execute` would do now, node by node. Throws a `FailureError` where a path input or a module cannot be read. */
export async function planRun(graph: Graph, options: PlanOptions): Promise<Plan> {
  throw new Error(`not built yet: ${graph.nodes.length} ${options.root}`);
}
