/**
 * The store: the folder `artifacts/` of a project. Killed at any moment it holds whole artifacts or nothing.
 *
 *     artifacts/STAGE/KEY/files/...     what the stage wrote, read only (KEY: the first 16 digits of the key)
 *     artifacts/STAGE/KEY/manifest.json
 *     artifacts/STAGE/KEY/log.txt
 *     artifacts/runs/RUN.jsonl          the events of the last runs
 *     artifacts/.store/                 locks, checkpoints, unfinished work, indexes: nothing that cannot be made again
 */
import { readdirSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest, Node } from '../graph/node.ts';
import type { AttemptLooks } from './attempts.ts';
import { readArtifact, type Artifact } from './artifact.ts';
import { damageByLooks, readPart, type PartRead } from './check-artifact.ts';
import { openInputLooks, type InputLooks } from './input-looks.ts';
import { layoutOf, type Layout } from './layout.ts';
import { takeLock, type Holder, type Lock } from './lock.ts';
import { openFlusher } from './flush.ts';
import { takeLinksAway } from './own-folders.ts';
import { removeTree } from './remove-tree.ts';
import { takeOut } from './set-aside.ts';
import { openSpares } from './spares.ts';
import { notesOf, type Notes } from './notes.ts';
import { removeFile } from './whole-file.ts';
import type { Work, Workspace } from './workspace.ts';

export type { Artifact } from './artifact.ts';

export interface Store {
  /** Absolute path of `artifacts/`. It need not exist before something is written. */
  readonly folder: string;
  readonly layout: Layout;
  readonly notes: Notes;
  /** The artifact of that work, its files checked by size and times (by bytes where those have changed). */
  find(stage: string, key: Digest): Promise<Lookup>;
  /** The last artifact that this very node gave or took; `why` compares with it. */
  lastOfNode(node: Pick<Node, 'recipe'>): Promise<Artifact | undefined>;
  /** The last artifact that any node of the stage gave. */
  lastOfStage(stage: string): Promise<Artifact | undefined>;
  /** The artifact of that work as its manifest tells it, whatever has become of its files. */
  read(stage: string, key: Digest): Artifact | undefined;
  /** Every artifact, by stage and then by key. */
  artifacts(): AsyncIterable<Artifact>;
  /** Reads every byte of it, or of one part; what is missing, added or not as it was written, relative to the artifact's folder. */
  verify(artifact: Artifact, part?: string | null): Promise<readonly string[]>;
  /** The same with how it looked, before it was read, where all of it is as it was written. */
  readPart(artifact: Artifact, part: string | null, signal?: AbortSignal): Promise<PartRead>;
  /** It is damaged, and the next search shall find that too: without its index it reads the bytes. Throws where the index stays. */
  distrust(artifact: Artifact): void;
  remove(artifact: Artifact): Promise<void>;
  /** The digest of a file or folder outside the store; costs stats alone when it is unchanged. */
  readonly digestInput: InputLooks['digest'];
  /** The same with how it looked, before it was read. */
  readonly lookAtInput: InputLooks['look'];
  /** Whether an input or code that looks as it did counts as unchanged. */
  readonly trustsStamps: boolean;
  /** Something ran that may have written anywhere: everything is looked at anew. */
  forgetLooks(): void;
  /** One holder at a time for the work of a key; waits while another run has it. */
  lock(
    work: Pick<Work, 'stage' | 'key'>,
    wait: { readonly signal: AbortSignal; readonly onHeld: (holder: Holder) => void },
  ): Promise<Lock>;
  /** A place to do that work in. The caller holds its lock. `looks`: of all that it may read; without them a checkpoint is believed. */
  workspace(work: Work, looks?: AttemptLooks): Promise<Workspace>;
  /** At the end of a run: waits until all artifacts that were saved are on the disk. */
  flush(): Promise<void>;
  /** Whether some run has left, or is at, unfinished work. */
  hasUnfinished(): boolean;
  /** Removes what killed runs left behind and cannot be adopted. */
  sweep(): Promise<void>;
}

type Lookup =
  | { readonly kind: 'found'; readonly artifact: Artifact }
  | { readonly kind: 'absent' }
  /** `path` is relative to the artifact's folder. */
  | { readonly kind: 'damaged'; readonly path: string };

/** `root` is the project's root. Nothing is written until there is something to keep. Links that stand for its folders are taken away. */
export async function openStore(root: string, looks?: InputLooks): Promise<Store> {
  const layout = layoutOf(join(resolve(root), 'artifacts'));
  takeLinksAway(layout.own);
  const notes = notesOf(layout);
  const flusher = openFlusher();
  const inputs = looks ?? openInputLooks(layout);
  const spares = openSpares(layout.spares);
  const lastOf = async (name: { stage: string; key: Digest } | undefined): Promise<Artifact | undefined> =>
    name === undefined ? undefined : readArtifact(layout.artifact(name.stage, name.key));

  return {
    folder: layout.folder,
    layout,
    notes,
    find: (stage, key) => findArtifact(layout, stage, key),
    lastOfNode: ({ recipe }) => lastOf(notes.ofNode(recipe)),
    lastOfStage: (stage) => lastOf(notes.ofStage(stage)),
    read: (stage, key) => readArtifact(layout.artifact(stage, key)),
    artifacts: () => allArtifacts(layout),
    async verify(artifact, part = null) {
      const read = await readPart(artifact, part);
      return read.kind === 'whole' ? [] : read.paths;
    },
    readPart,
    distrust: ({ folder }) => rmSync(layout.treeIndex(folder), { force: true }),
    remove: (artifact) => removeArtifact(layout, artifact),
    digestInput: (path, options) => inputs.digest(path, options),
    lookAtInput: (path, options) => inputs.look(path, options),
    trustsStamps: inputs.trustsStamps,
    forgetLooks: () => inputs.forget(),
    lock: ({ stage, key }, wait) => takeLock(layout.locks, layout.workName(stage, key), wait),
    async workspace(work, looks) {
      // Loaded here: a run that finds everything done makes nothing.
      const { openWorkspace } = await import('./workspace.ts');
      return openWorkspace(layout, work, { flusher, spares, looks });
    },
    async flush() {
      spares.clear();
      await flusher.flush();
    },
    hasUnfinished() {
      try {
        return readdirSync(layout.work).length > 0;
      } catch {
        return false;
      }
    },
    async sweep() {
      const { sweep } = await import('./sweep.ts');
      return sweep(layout);
    },
  };
}

async function findArtifact(layout: Layout, stage: string, key: Digest): Promise<Lookup> {
  const artifact = readArtifact(layout.artifact(stage, key));
  if (artifact === undefined || artifact.manifest.key !== key) return { kind: 'absent' };
  const path = await damageByLooks(layout, artifact);
  return path === undefined ? { kind: 'found', artifact } : { kind: 'damaged', path };
}

async function* allArtifacts(layout: Layout): AsyncIterable<Artifact> {
  for (const stage of await folderNames(layout.folder)) {
    if (stage.startsWith('.')) continue;
    for (const key of await folderNames(join(layout.folder, stage))) {
      const artifact = readArtifact(join(layout.folder, stage, key));
      if (artifact !== undefined) yield artifact;
    }
  }
}

async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted(compareCodePoints);
}

/** Renamed away first: a kill in the middle of removing leaves no half of an artifact. */
async function removeArtifact(layout: Layout, { folder }: Artifact): Promise<void> {
  const aside = await takeOut(layout, dirname(folder));
  removeFile(layout.treeIndex(folder));
  if (aside !== undefined) await removeTree(aside);
}
