/** What a run is told besides its graph. */
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
  /** Aborted to interrupt the run: all processes are ended, the store stays whole. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}
