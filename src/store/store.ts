/**
 * The store: the folder `artifacts/` of a project. Killed at any moment it holds whole artifacts or nothing.
 *
 *     artifacts/STAGE/KEY/files/...     what the stage wrote, read only (KEY: the first 16 digits of the key)
 *     artifacts/STAGE/KEY/manifest.json
 *     artifacts/STAGE/KEY/log.txt
 *     artifacts/runs/RUN.jsonl          the events of the last runs
 *     artifacts/.store/                 locks, checkpoints, unfinished work, indexes: nothing that cannot be made again
 */
import type { Digest, Node } from '../graph/node.ts';
import type { Manifest } from './manifest.ts';

export interface Store {
  /** Absolute path of `artifacts/`. It need not exist before something is written. */
  readonly folder: string;
  /** The artifact of that work, its files checked by size and times (by bytes where those have changed). */
  find(stage: string, key: Digest): Promise<Lookup>;
  /** The last artifact that this very node gave or took; `why` compares with it. */
  lastOfNode(node: Pick<Node, 'recipe'>): Promise<Artifact | undefined>;
  /** The last artifact that any node of the stage gave or took. */
  lastOfStage(stage: string): Promise<Artifact | undefined>;
  /** Every artifact, by stage and then by key. */
  artifacts(): AsyncIterable<Artifact>;
  /** Reads every byte; the files that are missing, added or not as they were written, relative to the artifact's folder. */
  verify(artifact: Artifact): Promise<readonly string[]>;
  remove(artifact: Artifact): Promise<void>;
}

export type Lookup =
  | { readonly kind: 'found'; readonly artifact: Artifact }
  | { readonly kind: 'absent' }
  /** `path` is relative to the artifact's folder. */
  | { readonly kind: 'damaged'; readonly path: string };

export interface Artifact {
  /** Absolute path of the stage's files. */
  readonly folder: string;
  /** Absolute path of the stage's log: what it told, its standard output and error. */
  readonly log: string;
  readonly manifest: Manifest;
}

/** `root` is the project's root. Nothing is written until there is something to keep. */
export async function openStore(root: string): Promise<Store> {
  throw new Error(`not built yet: ${root}`);
}
