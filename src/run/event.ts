/** What happens in a run, as one union. Every view of a run (terminal, plain lines, JSON lines, the journal) is made from these alone. */
import type { Failure } from '../failure.ts';
import type { Acceptance, FileAccess, PlanCounts, RunReason } from '../graph/plan.ts';
import type { Digest } from '../graph/node.ts';
import type { Metric, StageProgress } from '../stage.ts';

export type RunEvent = RunStarted | NodeEvent | RunFinished;

export type NodeEvent =
  | NodeHit
  | NodeWaiting
  | NodeStarted
  | NodeProgress
  | NodeLog
  | NodeFinished
  | NodeFailed
  | NodeSkipped
  | NodeDamaged
  | NodeUndeclared
  | NodeRetried;

interface AnyEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface AnyNodeEvent extends AnyEvent {
  /** As a person would name it: `gmm[gmm.components=4]`. */
  readonly node: string;
  readonly recipe: Digest;
}

/** The first event of a run: the plan is made and nothing has run yet. */
interface RunStarted extends AnyEvent {
  readonly kind: 'run-started';
  /** Names the run and its journal: `artifacts/runs/RUN.jsonl`. */
  readonly run: string;
  readonly plan: PlanCounts;
  /** How many nodes of a stage may run, where more than one may. */
  readonly stages?: Readonly<Record<string, number>>;
  readonly cpus: number;
}

/** The node's artifact was in the store; nothing ran. */
export interface NodeHit extends AnyNodeEvent {
  readonly kind: 'node-hit';
  readonly key: Digest;
  /** Of its files, absolute. */
  readonly folder: string;
  /** It was made before a change that somebody said is harmless. */
  readonly accepted?: Acceptance;
  /** Its stage touched these without declaring them when it ran. */
  readonly undeclared?: readonly FileAccess[];
}

/** Another run is doing the same work; this one waits for it and takes its artifact. */
interface NodeWaiting extends AnyNodeEvent {
  readonly kind: 'node-waiting';
  readonly key: Digest;
  readonly holder: LockHolder;
}

/** Who holds a lock. */
interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The node's process has been started. */
interface NodeStarted extends AnyNodeEvent {
  readonly kind: 'node-started';
  readonly key: Digest;
  readonly reason: RunReason;
  /** Cores granted. */
  readonly cpus: number;
  /** An earlier attempt left something in the checkpoint folder. */
  readonly resumed: boolean;
}

/** The stage told how far it is. */
export interface NodeProgress extends AnyNodeEvent {
  readonly kind: 'node-progress';
  readonly progress: StageProgress;
}

/** One line of the stage's log: of its own (`log`) or of its standard output or error. */
interface NodeLog extends AnyNodeEvent {
  readonly kind: 'node-log';
  readonly stream: 'log' | 'stdout' | 'stderr';
  readonly line: string;
}

/** The node ran and its artifact is in the store. */
export interface NodeFinished extends AnyNodeEvent {
  readonly kind: 'node-finished';
  readonly key: Digest;
  /** Of its files, absolute. */
  readonly folder: string;
  readonly seconds: number;
  readonly files: number;
  readonly bytes: number;
  readonly metrics: readonly Metric[];
  readonly marks: readonly string[];
  /** The work was done by an earlier run that ended before it could save it. */
  readonly adopted: boolean;
}

/** The node did not give an artifact. What it had written is removed; its log and its checkpoint stay. */
export interface NodeFailed extends AnyNodeEvent {
  readonly kind: 'node-failed';
  readonly reason: NodeFailureReason;
  readonly failure: Failure;
  /** The log of the attempt, absolute; null where no process was started. */
  readonly log: string | null;
  readonly seconds: number;
}

export type NodeFailureReason =
  /** The stage threw. */
  | 'stage-error'
  /** A command ended with an exit code other than 0. */
  | 'exit-code'
  /** It took longer than its `timeout`. */
  | 'timed-out'
  /** The process was killed by a signal that this run did not send, or ended without a word. */
  | 'killed'
  /** The module could not be loaded, or is no stage. */
  | 'module-unusable'
  /** A metric is no number, or its description is wrong, or its file cannot be read. */
  | 'metric-invalid'
  /** An input is missing, unreadable, or changed while it was read. */
  | 'input-unusable'
  /** A stage that ended well did not write the part that another node needs. */
  | 'part-missing'
  /** It wrote something that cannot be kept: a link, a device. */
  | 'output-unusable'
  /** The store could not be written: disk full, read-only, no permission. */
  | 'store-unwritable'
  /** It touched files without declaring them, and the run is strict. */
  | 'files-undeclared'
  /** It asks for more of a resource than there is. */
  | 'resource-unavailable'
  /** The run was interrupted while it worked. */
  | 'interrupted';

/** The node was not tried. */
interface NodeSkipped extends AnyNodeEvent {
  readonly kind: 'node-skipped';
  readonly reason: 'input-failed' | 'stopped-after-failure' | 'interrupted';
  /** The node that failed; null for an interruption. */
  readonly because: string | null;
}

/** A file of the node's artifact is not what was written; the node runs again. */
interface NodeDamaged extends AnyNodeEvent {
  readonly kind: 'node-damaged';
  /** Relative to the artifact's folder. */
  readonly path: string;
}

/** The node's stage touched files that it had not declared. */
interface NodeUndeclared extends AnyNodeEvent {
  readonly kind: 'node-undeclared';
  readonly accesses: readonly FileAccess[];
  /** New files of the project that came while it ran, by its doing or somebody else's; relative to the root. */
  readonly appeared: readonly string[];
}

/** An attempt failed and another begins; what its checkpoint holds is kept. */
interface NodeRetried extends AnyNodeEvent {
  readonly kind: 'node-retried';
  readonly reason: NodeFailureReason;
  readonly failure: Failure;
  /** The number of the attempt that failed, from 1, and of those there may be. */
  readonly attempt: number;
  readonly attempts: number;
}

/** The last event of a run. */
export interface RunFinished extends AnyEvent {
  readonly kind: 'run-finished';
  readonly run: string;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly seconds: number;
}

export type RunStatus = 'ok' | 'failed' | 'interrupted';

export interface RunCounts {
  readonly hit: number;
  /** Ran to a good end, adopted ones included. */
  readonly ran: number;
  readonly failed: number;
  readonly skipped: number;
}
