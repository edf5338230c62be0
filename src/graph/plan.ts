/** What will happen to each node and why. Pure: the facts come from `src/run/plan.ts`, the decisions are made here. */
import type { KeyChange } from './key.ts';
import type { Digest, Node } from './node.ts';

export interface Plan {
  /** In the order of the graph: inputs before those who use them. */
  readonly nodes: readonly PlannedNode[];
  readonly counts: PlanCounts;
}

export interface PlannedNode {
  readonly node: Node;
  readonly decision: Decision;
}

export interface PlanCounts {
  readonly total: number;
  readonly hit: number;
  readonly run: number;
  /** Nodes that run unless their inputs come out as they were. */
  readonly perhaps: number;
}

export type Decision =
  /** Its artifact is in the store and whole. */
  | { readonly kind: 'hit'; readonly key: Digest; readonly folder: string }
  /** It will run. The key is null while inputs of it are still to be made. */
  | { readonly kind: 'run'; readonly key: Digest | null; readonly reason: RunReason }
  /** An input of it will run. If the bytes come out as some earlier time, its own artifact of that time is taken. */
  | { readonly kind: 'run-unless-inputs-come-out-equal'; readonly awaiting: readonly string[] };

export type RunReason =
  /** The store holds no artifact of this stage. */
  | { readonly kind: 'never-run' }
  /** What is different from the last artifact of this node, or where there is none, of its stage. */
  | { readonly kind: 'changed'; readonly changes: readonly KeyChange[] }
  /** Its artifact was made, and removed since. */
  | { readonly kind: 'removed' }
  /** A file of its artifact is missing or not as it was written; `path` is relative to the artifact's folder. */
  | { readonly kind: 'damaged'; readonly path: string };
