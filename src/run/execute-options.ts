/** What a run is told besides its graph. */
import type { Plan } from '../graph/plan.ts';
import type { Store } from '../store/store.ts';
import type { RunEvent } from './event.ts';

export interface ExecuteOptions {
  /** The project's root: where `pipeline.yaml` is. */
  readonly root: string;
  readonly store: Store;
  /** Cores to share between the nodes that run at the same time. */
  readonly cpus: number;
  /** Nodes that may run at the same time. */
  readonly jobs: number;
  /** How many there are of each named resource; one that is not named here exists once. */
  readonly resources?: Readonly<Record<string, number>>;
  /** After a failure, go on with the nodes that do not depend on it. Nodes already running end in either case. */
  readonly keepGoing: boolean;
  /** After a failure, end the nodes that are running too. */
  readonly failFast?: boolean;
  /** A stage that touches files without declaring them fails. */
  readonly strict?: boolean;
  /** The program `strace`: every process of a stage is followed with it. */
  readonly tracer?: string | undefined;
  /** Aborted to interrupt the run: all processes are ended, the store stays whole. */
  readonly signal: AbortSignal;
  /** Told what will be done before anything is; what it throws ends the run there. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onEvent: (event: RunEvent) => void;
}
