/** Where things are in a store. Nothing else builds these paths. */
import { join } from 'node:path';

import { sha256 } from '../graph/sha256.ts';
import type { Digest } from '../graph/node.ts';

export interface Layout {
  readonly folder: string;
  /** All below that it makes for itself, but for those of stages; what stands in another comes behind that. */
  readonly own: readonly string[];
  readonly runs: string;
  readonly locks: string;
  /** The lock of who removes artifacts. */
  readonly removal: string;
  readonly work: string;
  readonly checkpoints: string;
  /** How all looked before the attempts that the checkpoints are of. */
  readonly attempts: string;
  readonly failedLogs: string;
  readonly trash: string;
  /** What one node has given back and the next takes. */
  readonly spares: string;
  readonly codeIndex: string;
  /** What modules of stages compile to, kept by Node itself. */
  readonly compiled: string;
  /** Memories of the graphs that command lines asked for. */
  readonly graphs: string;
  /** Memories of the command lines that found everything done. */
  readonly settledRuns: string;
  /** What the configurations of branches ask for. */
  readonly branches: string;
  /** The artifact's folder, with `files`, `manifest.json` and `log.txt` inside. */
  artifact(stage: string, key: Digest): string;
  /** A name for one node's work in the flat folders above. */
  workName(stage: string, key: Digest): string;
  /** The stat index of one tree, or of the files in it that a list of that name names. */
  treeIndex(path: string, list?: string): string;
  /** Which files a folder outside the store had when its digest was this one. */
  listing(digest: Digest): string;
  /** The bytes of a source file at the time it made something. */
  source(digest: Digest): string;
  /** Which artifacts nodes gave and took. */
  readonly notes: string;
}

const innerNames = [
  'locks',
  'work',
  'checkpoints',
  'attempts',
  'failed-logs',
  'trash',
  'spares',
  'compiled',
  'graphs',
  'settled-runs',
  'branches',
  'tree-index',
  'listings',
  'sources',
];

/** So many digits of a key are the name of its artifact's folder. */
export const keyDigits = 16;

export function layoutOf(folder: string): Layout {
  const inner = join(folder, '.store');
  const runs = join(folder, 'runs');
  return {
    folder,
    own: [runs, inner, ...innerNames.map((name) => join(inner, name))],
    runs,
    locks: join(inner, 'locks'),
    removal: join(inner, 'locks', 'removal'),
    work: join(inner, 'work'),
    checkpoints: join(inner, 'checkpoints'),
    attempts: join(inner, 'attempts'),
    failedLogs: join(inner, 'failed-logs'),
    trash: join(inner, 'trash'),
    spares: join(inner, 'spares'),
    codeIndex: join(inner, 'code-index'),
    compiled: join(inner, 'compiled'),
    graphs: join(inner, 'graphs'),
    settledRuns: join(inner, 'settled-runs'),
    branches: join(inner, 'branches'),
    artifact: (stage, key) => join(folder, stage, key.slice(0, keyDigits)),
    workName: (stage, key) => `${stage}-${key.slice(0, 32)}`,
    treeIndex(path, list) {
      const name = list === undefined ? path : `${path}\0${list}`;
      return join(inner, 'tree-index', sha256(name).slice(0, 32));
    },
    listing: (digest) => join(inner, 'listings', digest),
    source: (digest) => join(inner, 'sources', digest),
    notes: join(inner, 'notes.jsonl'),
  };
}
