/**
 * The store: the folder `artifacts/` of a project. Killed at any moment it holds whole artifacts or nothing.
 *
 *     artifacts/STAGE/KEY/files/...     what the stage wrote, read only (KEY: the first 16 digits of the key)
 *     artifacts/STAGE/KEY/manifest.json
 *     artifacts/STAGE/KEY/log.txt
 *     artifacts/runs/RUN.jsonl          the events of the last runs
 *     artifacts/.store/                 locks, checkpoints, unfinished work, indexes: nothing that cannot be made again
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest, Node } from '../graph/node.ts';
import { FailureError } from '../failure.ts';
import { contentDigest, contentOfPart, type Content } from './content.ts';
import type { FileList } from './file-list.ts';
import { layoutOf, type Layout } from './layout.ts';
import { takeLock, type Holder, type Lock } from './lock.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { openFlusher } from './flush.ts';
import { notesOf, type Notes } from './notes.ts';
import { digestTree, looksBeside, readTree } from './tree-index.ts';
import type { Work, Workspace } from './workspace.ts';

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
  remove(artifact: Artifact): Promise<void>;
  /** The digest of a file or folder outside the store; costs stats alone when it is unchanged. */
  digestInput(path: string, options?: InputDigestOptions): Promise<Digest>;
  /** Something ran that may have written anywhere: everything is looked at anew. */
  forgetLooks(): void;
  /** One holder at a time for the work of a key; waits while another run has it. */
  lock(
    work: Pick<Work, 'stage' | 'key'>,
    wait: { readonly signal: AbortSignal; readonly onHeld: (holder: Holder) => void },
  ): Promise<Lock>;
  /** A place to do that work in. The caller holds its lock. */
  workspace(work: Work): Promise<Workspace>;
  /** Waits until all artifacts that were saved are on the disk. */
  flush(): Promise<void>;
  /** Whether some run has left, or is at, unfinished work. */
  hasUnfinished(): boolean;
  /** Removes what killed runs left behind and cannot be adopted. */
  sweep(): Promise<void>;
}

interface InputDigestOptions {
  /** Of a folder: the files that count. They alone are looked at, and an index is kept for them. */
  readonly list?: FileList | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long ago it may have been looked at, in milliseconds; it is looked at now without it. */
  readonly lookedAtWithin?: number;
}

type Lookup =
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
  const layout = layoutOf(join(resolve(root), 'artifacts'));
  const notes = notesOf(layout);
  const flusher = openFlusher();
  const looks = new Map<string, { readonly at: number; readonly digest: Digest }>();
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
    verify: (artifact, part = null) => verifyArtifact(layout, artifact, part),
    remove: (artifact) => removeArtifact(layout, artifact),
    async digestInput(path, { list, signal, lookedAtWithin = 0 } = {}) {
      const name = list === undefined ? path : `${path}\0${list.digest}`;
      const last = looks.get(name);
      const at = Date.now();
      if (last !== undefined && Math.abs(at - last.at) < lookedAtWithin) return last.digest;
      const options = {
        links: 'follow',
        ...(signal && { signal }),
        ...(list && { only: list.files }),
      } as const;
      const indexFile = layout.treeIndex(path, list?.name);
      const digest = await digestTree(path, {
        ...options,
        indexFile,
        ...(list && { others: layout.treeIndex(path) }),
      });
      looks.set(name, { at: Date.now(), digest });
      return digest;
    },
    forgetLooks: () => looks.clear(),
    lock: ({ stage, key }, wait) => takeLock(layout.locks, layout.workName(stage, key), wait),
    async workspace(work) {
      // Loaded here: a run that finds everything done makes nothing.
      const { openWorkspace } = await import('./workspace.ts');
      return openWorkspace(layout, work, flusher);
    },
    flush: () => flusher.flush(),
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
  const { content } = artifact.manifest;
  const indexFile = layout.treeIndex(artifact.folder);
  try {
    const found = await digestTree(artifact.folder, { links: 'refuse', settled: true, indexFile });
    if (found === content) return { kind: 'found', artifact };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return {
      kind: 'damaged',
      path: error.failure.place?.slice(artifact.folder.length - 'files'.length) ?? 'files',
    };
  }
  const actual = await readTree(artifact.folder, { links: 'refuse', settled: true, indexFile });
  return { kind: 'damaged', path: differences(artifact.manifest, actual, 'files')[0] ?? 'files' };
}

async function verifyArtifact(
  layout: Layout,
  artifact: Artifact,
  part: string | null,
): Promise<readonly string[]> {
  const expected = contentOfPart(artifact.manifest, part);
  const place = part === null ? 'files' : `files/${part}`;
  if (expected === undefined) return [place];
  const root = part === null ? artifact.folder : join(artifact.folder, part);
  const damaged = await (async (): Promise<readonly string[]> => {
    try {
      const actual = await readTree(root, { links: 'refuse', settled: true });
      return contentDigest(actual) === contentDigest(expected) ? [] : differences(expected, actual, place);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      return [pathInArtifact(artifact, error)];
    }
  })();
  // Without its index the next search reads the bytes too, and finds the same.
  if (damaged.length > 0) await rm(layout.treeIndex(artifact.folder), { force: true });
  return damaged;
}

function pathInArtifact({ folder }: Artifact, { failure }: FailureError): string {
  return failure.place === undefined ? 'files' : relative(dirname(folder), failure.place);
}

/** The paths at which two folders differ, in code-point order. */
function differences(expected: Content, actual: Content, place: string): string[] {
  const [before, after] = [entriesOf(expected), entriesOf(actual)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted(compareCodePoints)
    .map((path) => (path === '' ? place : `${place}/${path}`));
}

const entriesOf = ({ files, emptyFolders }: Content): Map<string, string> =>
  new Map([
    ...files.map(({ path, size, digest }) => [path, `${size} ${digest}`] as const),
    ...emptyFolders.map((path) => [path, 'empty folder'] as const),
  ]);

/** Synchronous: a run that finds everything done reads hundreds of small manifests and does nothing else. */
function readArtifact(folder: string): Artifact | undefined {
  const manifest = readManifest(textOf(join(folder, 'manifest.json')));
  return manifest === undefined
    ? undefined
    : { folder: join(folder, 'files'), log: join(folder, 'log.txt'), manifest };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
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
async function removeArtifact(layout: Layout, { manifest, folder }: Artifact): Promise<void> {
  const aside = join(layout.trash, layout.workName(manifest.stage, manifest.key));
  await mkdir(layout.trash, { recursive: true });
  await rm(aside, { recursive: true, force: true });
  await rename(layout.artifact(manifest.stage, manifest.key), aside);
  await rm(aside, { recursive: true, force: true });
  const index = layout.treeIndex(folder);
  await Promise.all([index, looksBeside(index)].map((file) => rm(file, { force: true })));
}
