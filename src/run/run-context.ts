/** What the nodes of one run share. */
import type { Digest, Node } from '../graph/node.ts';
import type { RunReason } from '../graph/plan.ts';
import type { Moves } from '../store/moves.ts';
import type { Artifact, Store } from '../store/store.ts';
import type { NodeEvent } from './event.ts';
import type { ArtifactOf, Facts } from './facts.ts';
import type { Probes } from './probes.ts';
import type { PoolSize, ResourcePool } from './resources.ts';
import type { VerifiedArtifacts } from './verified-artifacts.ts';

export interface RunContext {
  readonly root: string;
  readonly store: Store;
  readonly facts: Facts;
  readonly probes: Probes;
  readonly pool: ResourcePool;
  readonly poolSize: PoolSize;
  readonly signal: AbortSignal;
  readonly strict: boolean;
  readonly tracer: string | undefined;
  /** Of nodes that are done: the inputs of the one that asks. */
  readonly artifactOf: ArtifactOf;
  /** Work going on in this run, by stage and key. Never rejects. */
  readonly underway: Map<string, Promise<void>>;
  readonly verified: VerifiedArtifacts;
  /** Of folders on the way to what stages read. */
  readonly moves: Moves;
  tell(node: Node, event: UntoldEvent): void;
  /** Why the plan said that it runs, under that key; undefined where the plan could not know. */
  plannedReason(node: Node, key: Digest): RunReason | undefined;
  /** Makes the artifact of a node again, once for all that ask. Throws `InputLost` or `NotStarted`. */
  heal(node: Node): Promise<void>;
  /** A node failed and no other shall be started. */
  isStopped(): boolean;
  /** The node's place in the graph. */
  orderOf(node: Node): number;
}

export interface NodeArtifact {
  readonly artifact: Artifact;
  readonly how: 'hit' | 'ran';
}

/** The run was interrupted or stopped before the node's process was started. */
export class NotStarted extends Error {}

/** An input was damaged and could not be made again. */
export class InputLost extends Error {
  /** The name of the node that failed. */
  readonly because: string;

  constructor(because: string) {
    super(`${because} could not be made again`);
    this.because = because;
  }
}

type Without<Event, Names extends PropertyKey> = Event extends unknown ? Omit<Event, Names> : never;

/** An event of a node before the run has said when and of which node. */
export type UntoldEvent = Without<NodeEvent, 'at' | 'node' | 'recipe'>;
