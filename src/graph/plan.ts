/** What will happen to each node and why. Pure: `src/run` gathers the facts, the decisions are made here. */
import type { KeyChange, KeyParts } from './key.ts';
import type { Digest, Node } from './node.ts';

export interface Plan {
  /** In the order of the graph: inputs before those who use them. */
  readonly nodes: readonly PlannedNode[];
  readonly counts: PlanCounts;
}

export interface PlannedNode {
  readonly node: Node;
  readonly decision: Decision;
  /** Of all that is known of it before anything runs: code, parameters, environment, and the inputs that are there. */
  readonly state: Digest;
}

export interface PlanCounts {
  readonly total: number;
  readonly hit: number;
  readonly run: number;
  /** Nodes that run unless their inputs come out as those of an artifact in the store. */
  readonly perhaps: number;
  /** Nodes that run unless their inputs come out as those of another node of the plan. */
  readonly alike: number;
  /** Nodes that do the same work as another of the plan: it is done once. */
  readonly shared: number;
}

export type Decision =
  /** Its artifact is in the store and whole. */
  | {
      readonly kind: 'hit';
      readonly key: Digest;
      readonly folder: string;
      /** Its artifact was made before a change that somebody said is harmless. */
      readonly accepted?: Acceptance;
      /** What its stage touched without declaring it: the artifact may depend on what its key does not hold. */
      readonly undeclared?: readonly FileAccess[];
    }
  /** It will run. The key is null while inputs of it are still to be made. */
  | {
      readonly kind: 'run';
      readonly key: Digest | null;
      readonly reason: RunReason;
      /** Its work is done under another stage's name: it may be accepted in place of a run. */
      readonly same?: SameWork;
    }
  /** An input of it will run. If the bytes come out as at some earlier time, its own artifact of that time is taken. */
  | { readonly kind: 'run-unless-inputs-come-out-equal'; readonly awaiting: readonly string[] }
  /** As before, but the store has nothing that could fit: only what `like`, an earlier node of the plan, will make. */
  | {
      readonly kind: 'run-unless-alike';
      readonly awaiting: readonly string[];
      readonly like: string;
      readonly reason: RunReason;
    }
  /** An earlier node of the plan does the same work; its artifact is taken. */
  | { readonly kind: 'shared'; readonly key: Digest; readonly with: string };

/** An artifact of the same key that lies in another stage's folder. */
export interface SameWork {
  readonly stage: string;
  readonly key: Digest;
}

/** A file that a stage opened. */
export interface FileAccess {
  /** Relative to the project's root where it is inside, else absolute. */
  readonly path: string;
  readonly how: 'read' | 'written';
}

/** A module that a stage loaded and that its key does not stand for. */
export interface UndeclaredImport {
  readonly specifier: string;
  /** The file that named it, relative to the project's root. */
  readonly parent: string;
  readonly loading: 'import' | 'require';
  /** What it led to, relative to the project's root: of a package its `package.json`; null where nothing was found. */
  readonly path: string | null;
  /** Of that file; null where it may have changed while the stage ran. */
  readonly digest: Digest | null;
}

/** Somebody's word that an artifact would come out the same under another key. */
export interface Acceptance {
  /** Who: `Name <address>` as git knows them, or the name of the account. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly why: string;
  /** The key that the artifact was really made under, and all its parts. */
  readonly instead: Digest;
  /** The stage that made it, where that is another: one of its former names. */
  readonly stage?: string;
  readonly made: KeyParts;
  /** What was accepted, all together. */
  readonly changes: readonly KeyChange[];
  /** What had been accepted of it before. */
  readonly earlier?: Acceptance;
}

export type RunReason =
  /** The store holds no artifact of this stage. */
  | { readonly kind: 'never-run' }
  /** Nor does it here, and this very work was tried. */
  | { readonly kind: 'failed' }
  /** What is different from the last artifact of this node; where there is none, of `against`, another of its stage. */
  | { readonly kind: 'changed'; readonly changes: readonly KeyChange[]; readonly against?: string }
  /** Its artifact was made, and removed since. */
  | { readonly kind: 'removed' }
  /** A file of its artifact is missing, added or not as it was written; `path` is relative to the artifact's folder. */
  | { readonly kind: 'damaged'; readonly path: string }
  /** A module that it loaded under a name put together while it ran is another now. */
  | { readonly kind: 'outdated'; readonly path: string };

/** What is known of a node when it is decided about. */
export type NodeFacts =
  | {
      readonly inputs: 'known';
      readonly key: Digest;
      readonly artifact: FactOfArtifact;
      /** An earlier node of the graph that will run and do the same work, by its name. */
      readonly twin: string | null;
      /** What another stage's folder has of this very key. */
      readonly same?: SameWork | undefined;
      readonly previous: Previous | null;
      /** This very work was tried, and failed. */
      readonly failed?: boolean;
    }
  | {
      readonly inputs: 'awaited';
      /** Names of the inputs' nodes that will or may run. */
      readonly awaiting: readonly string[];
      /** The store has an artifact with this code and these parameters for some input. */
      readonly mayExist: boolean;
      /** An earlier node of the graph that will or may run with this code and these parameters, by its name. */
      readonly like: string | null;
      readonly previous: Previous | null;
    };

export type FactOfArtifact =
  | {
      readonly kind: 'found';
      readonly folder: string;
      readonly accepted?: Acceptance;
      readonly undeclared?: readonly FileAccess[];
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged' | 'outdated'; readonly path: string };

/** How the node differs from its last artifact, or from that of another of its stage; null where there is none. */
export interface Previous {
  readonly changes: readonly KeyChange[];
  /** The name of the other node. */
  readonly against?: string;
}

export function decide(facts: NodeFacts): Decision {
  if (facts.inputs === 'awaited') {
    const { awaiting, like, mayExist, previous } = facts;
    if (mayExist) return { kind: 'run-unless-inputs-come-out-equal', awaiting };
    const reason = reasonOf({ kind: 'absent' }, previous);
    return like === null
      ? { kind: 'run', key: null, reason }
      : { kind: 'run-unless-alike', awaiting, like, reason };
  }
  const { key, artifact, twin, same, previous, failed = false } = facts;
  if (artifact.kind === 'found') return { ...artifact, kind: 'hit', key };
  if (twin !== null) return { kind: 'shared', key, with: twin };
  const known = reasonOf(artifact, previous);
  const reason: RunReason = known.kind === 'never-run' && failed ? { kind: 'failed' } : known;
  return { kind: 'run', key, reason, ...(same === undefined ? {} : { same }) };
}

export function reasonOf(
  artifact: Exclude<FactOfArtifact, { kind: 'found' }>,
  previous: Previous | null,
): RunReason {
  if (artifact.kind !== 'absent') return { kind: artifact.kind, path: artifact.path };
  if (previous === null) return { kind: 'never-run' };
  return previous.changes.length === 0 ? { kind: 'removed' } : { kind: 'changed', ...previous };
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
      alike: count('run-unless-alike'),
      shared: count('shared'),
    },
  };
}
