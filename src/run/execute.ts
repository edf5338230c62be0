/** Carries a graph out: plans, starts what has to run, keeps what comes out. */
import type { Failure } from '../failure.ts';
import type { Digest, Graph } from '../graph/node.ts';
import type { Json } from '../json.ts';
import type { Artifact, Store } from '../store/store.ts';
import type { NodeFailureReason, RunCounts, RunEvent, RunStatus } from './event.ts';

export interface ExecuteOptions {
  /** The project's root: where `pipeline.yaml` is. */
  readonly root: string;
  readonly store: Store;
  /** Cores to share between the nodes that run at the same time. */
  readonly cpus: number;
  /** Nodes that may run at the same time. */
  readonly jobs: number;
  /** After a failure, go on with the nodes that do not depend on it. Nodes already running end in either case. */
  readonly keepGoing: boolean;
  /** Aborted to interrupt the run: all processes are ended, the store stays whole. */
  readonly signal: AbortSignal;
  onEvent(event: RunEvent): void;
}

export interface RunOutcome {
  readonly run: string;
  readonly status: RunStatus;
  /** In the order of the graph's targets. */
  readonly targets: readonly TargetOutcome[];
  readonly counts: RunCounts;
  readonly failures: readonly NodeFailure[];
  readonly seconds: number;
}

export interface TargetOutcome {
  readonly node: string;
  readonly recipe: Digest;
  /** The point of the sweep; empty without one. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** Null where the node failed or was skipped. */
  readonly artifact: Artifact | null;
}

export interface NodeFailure {
  readonly node: string;
  readonly recipe: Digest;
  readonly reason: NodeFailureReason;
  readonly failure: Failure;
  readonly log: string | null;
}

/** Does not throw for what a stage or an input does wrong: that is in the outcome. */
export async function execute(graph: Graph, options: ExecuteOptions): Promise<RunOutcome> {
  throw new Error(`not built yet: ${graph.nodes.length} ${options.root}`);
}
