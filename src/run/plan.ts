/** What a run would do now. */
import { FailureError } from '../failure.ts';
import type { Graph } from '../graph/node.ts';
import { planOf, type Plan } from '../graph/plan.ts';
import { openSameWork } from '../store/same-work.ts';
import type { Store } from '../store/store.ts';
import { openFacts } from './facts.ts';
import { survey } from './survey.ts';

export interface PlanOptions {
  /** The project's root: where `pipeline.yaml` is. */
  readonly root: string;
  readonly store: Store;
  /** Cores a run would have. No plan depends on it: it must never change a result. */
  readonly cpus: number;
  readonly signal?: AbortSignal;
}

/** Runs nothing and writes nothing but the store's indexes. Throws a `FailureError` where an input or a module cannot be read. */
export async function planRun(graph: Graph, options: PlanOptions): Promise<Plan> {
  const { store } = options;
  const facts = openFacts(graph, { ...options, remember: true });
  const surveyed = await survey(graph, facts, store, openSameWork(store.layout));
  return planOf(
    surveyed.flatMap((one) => {
      if (one.kind === 'failed') throw new FailureError(one.failure);
      return one.kind === 'decided' ? [one] : [];
    }),
  );
}
