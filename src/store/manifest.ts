/** What is kept beside an artifact's files: everything that made it, and everything it holds. */
import type { KeyParts } from '../graph/key.ts';
import type { Digest } from '../graph/node.ts';
import type { Metric } from '../stage.ts';

export interface Manifest {
  readonly format: 1;
  readonly stage: string;
  /** Of the node that made it; another node of the same work may use it too. */
  readonly name: string;
  readonly recipe: Digest;
  readonly key: Digest;
  readonly parts: KeyParts;
  /** Of all files. */
  readonly content: Digest;
  /** Of all files and marks. */
  readonly digest: Digest;
  /** In code-point order of their paths. */
  readonly files: readonly ManifestFile[];
  /** Folders without anything in them. */
  readonly emptyFolders: readonly string[];
  readonly marks: readonly string[];
  readonly metrics: readonly Metric[];
  /** A Markdown file of the artifact to print when it is a target. */
  readonly display: string | null;
  readonly times: ManifestTimes;
}

export interface ManifestFile {
  /** Relative to the artifact's `files` folder, POSIX separators. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
}

export interface ManifestTimes {
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly seconds: number;
}
