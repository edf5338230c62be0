/** What will happen to each node and why. Pure: `src/run` gathers the facts, the decisions are made here. */
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

/** What is known of a node when it is decided about. */
export type NodeFacts =
  | {
      readonly inputs: 'known';
      readonly key: Digest;
      readonly artifact: FactOfArtifact;
      /** An earlier node of the graph that will run and do the same work, by its name. */
      readonly twin: string | null;
      readonly previous: Previous;
    }
  | {
      readonly inputs: 'awaited';
      /** Names of the inputs' nodes that will or may run. */
      readonly awaiting: readonly string[];
      /** The store, or an earlier node, may have an artifact with this code and these parameters for some input. */
      readonly mayExist: boolean;
      readonly previous: Previous;
    };

export type FactOfArtifact =
  | { readonly kind: 'found'; readonly folder: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly path: string };

/** How the node differs from its last artifact; null where it has none. */
export type Previous = readonly KeyChange[] | null;

export function decide(facts: NodeFacts): Decision {
  if (facts.inputs === 'awaited') {
    return facts.mayExist
      ? { kind: 'run-unless-inputs-come-out-equal', awaiting: facts.awaiting }
      : { kind: 'run', key: null, reason: reasonOf({ kind: 'absent' }, facts.previous) };
  }
  const { key, artifact, twin, previous } = facts;
  if (artifact.kind === 'found') return { kind: 'hit', key, folder: artifact.folder };
  if (twin !== null) return { kind: 'run-unless-inputs-come-out-equal', awaiting: [twin] };
  return { kind: 'run', key, reason: reasonOf(artifact, previous) };
}

export function reasonOf(
  artifact: Exclude<FactOfArtifact, { kind: 'found' }>,
  previous: Previous,
): RunReason {
  if (artifact.kind === 'damaged') return { kind: 'damaged', path: artifact.path };
  if (previous === null) return { kind: 'never-run' };
  return previous.length === 0 ? { kind: 'removed' } : { kind: 'changed', changes: previous };
}

export function planOf(nodes: readonly PlannedNode[]): Plan {
  const count = (kind: Decision['kind']): number =>
    nodes.filter(({ decision }) => decision.kind === kind).length;
  return {
    nodes,
    counts: {
      total: nodes.length,
      hit: count('hit'),
      run: count('run'),
      perhaps: count('run-unless-inputs-come-out-equal'),
    },
  };
}
