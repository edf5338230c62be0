/** What a store holds that nothing refers to any more, and how it is taken away. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Layout } from './layout.ts';
import { tryLock } from './lock.ts';
import { makingRoom } from './make-room.ts';
import { namesIn } from './names-in.ts';
import { removeTree } from './remove-tree.ts';
import { readStoredText } from './stored-file.ts';
import { attempt } from './system-error.ts';
import type { Artifact } from './artifact.ts';
import type { Store } from './store.ts';

export interface GarbageLimits {
  /** Only what was made and last used before this time, in milliseconds since 1970. */
  readonly unusedSince?: number;
  /** Only what is at least this large, in bytes. */
  readonly atLeast?: number;
  /** The longest unused first, until this many bytes are free. */
  readonly toFree?: number;
}

export type Garbage = GarbageArtifact | GarbageRemains;

interface GarbageArtifact extends AnyGarbage {
  readonly kind: 'artifact';
  readonly artifact: Artifact;
}

/** Unfinished work, checkpoints and logs of attempts that nobody goes on with. */
interface GarbageRemains extends AnyGarbage {
  readonly kind: 'unfinished' | 'checkpoint' | 'failed-log' | 'trash';
  readonly path: string;
}

interface AnyGarbage {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
}

/** `isReferred` tells what has to stay. The longest unused first. */
export async function findGarbage(
  store: Store,
  isReferred: (artifact: Artifact) => boolean,
  limits: GarbageLimits = {},
): Promise<readonly Garbage[]> {
  const used = lastUses(store.layout);
  const artifacts: Artifact[] = [];
  for await (const artifact of store.artifacts()) artifacts.push(artifact);
  const kept = withAncestors(artifacts, artifacts.filter(isReferred));
  const loose = artifacts
    .filter((artifact) => !kept.has(artifact))
    .map((artifact): Garbage => ({ kind: 'artifact', artifact, ...measure(artifact, used) }));
  const { unusedSince = Infinity, atLeast = 0, toFree = Infinity } = limits;
  const candidates = [...loose, ...remains(store.layout)]
    .filter(({ lastUsed, bytes }) => lastUsed < unusedSince && bytes >= atLeast)
    .toSorted((a, b) => a.lastUsed - b.lastUsed);
  let free = 0;
  return candidates.filter(({ bytes }) => {
    const wanted = free < toFree;
    if (wanted) free += bytes;
    return wanted;
  });
}

export interface Removed {
  readonly removed: readonly Garbage[];
  /** What the system says of those that it did not remove. */
  readonly errors: readonly unknown[];
}

/** Leaves what somebody is working on. The caller has the right to remove. */
export async function removeGarbage(store: Store, garbage: readonly Garbage[]): Promise<Removed> {
  const removed: Garbage[] = [];
  const errors: unknown[] = [];
  for (const one of garbage) {
    const name =
      one.kind === 'artifact'
        ? store.layout.workName(one.artifact.manifest.stage, one.artifact.manifest.key)
        : workNameOf(one.path);
    try {
      if (await makingRoom(store.layout, () => removeUnlessHeld(store, one, name))) removed.push(one);
    } catch (error) {
      errors.push(error);
    }
  }
  return { removed, errors };
}

async function removeUnlessHeld(store: Store, one: Garbage, name: string): Promise<boolean> {
  const attempt = tryLock(store.layout.locks, name);
  if (attempt.kind === 'held') return false;
  try {
    if (one.kind === 'artifact') await store.remove(one.artifact);
    else await removeTree(one.path);
    return true;
  } finally {
    attempt.lock.release();
  }
}

/** Without the inputs of what stays, all below them would run again. */
function withAncestors(all: readonly Artifact[], referred: readonly Artifact[]): ReadonlySet<Artifact> {
  const byKey = new Map(all.map((artifact) => [artifact.manifest.key, artifact]));
  const byStage = Map.groupBy(all, ({ manifest }) => manifest.stage);
  const kept = new Set(referred);
  for (const { manifest } of kept) {
    for (const { origin, artifact } of manifest.parts.inputs.flatMap(({ sources }) => sources)) {
      const source = artifact === undefined ? undefined : byKey.get(artifact);
      // A manifest of an older version names the stage alone: all of its artifacts stay.
      const stage = artifact === undefined ? (byStage.get(origin.split('/', 1)[0] as string) ?? []) : [];
      for (const one of source === undefined ? stage : [source]) kept.add(one);
    }
  }
  return kept;
}

function measure({ manifest }: Artifact, used: ReadonlyMap<string, number>): AnyGarbage {
  return {
    bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
    lastUsed: Math.max(Date.parse(manifest.times.finished), used.get(manifest.key) ?? 0),
  };
}

/** When each key was last taken or made, as far as the records of the last runs tell. */
function lastUses({ runs }: Layout): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const name of namesIn(runs)) {
    for (const line of linesOf(join(runs, name))) {
      const { key, at } = parse(line);
      if (typeof key === 'string' && typeof at === 'number') uses.set(key, Math.max(at, uses.get(key) ?? 0));
    }
  }
  return uses;
}

function linesOf(file: string): readonly string[] {
  try {
    return readStoredText(file).split('\n');
  } catch {
    return [];
  }
}

/** Any JSON may stand there. */
function parse(line: string): { readonly key?: unknown; readonly at?: unknown } {
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}

function remains({ work, checkpoints, failedLogs, trash }: Layout): readonly Garbage[] {
  const kinds = [
    ['unfinished', work],
    ['checkpoint', checkpoints],
    ['failed-log', failedLogs],
    ['trash', trash],
  ] as const;
  return kinds.flatMap(([kind, folder]) =>
    namesIn(folder)
      .toSorted(compareCodePoints)
      .flatMap((name): Garbage[] => {
        const path = join(folder, name);
        const stats = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
        return stats === undefined ? [] : [{ kind, path, bytes: bytesIn(path), lastUsed: stats.mtimeMs }];
      }),
  );
}

/** What a run takes away meanwhile counts for nothing, and so does what cannot be looked at: its stage closed it, or it is too deep. */
function bytesIn(path: string): number {
  const stats = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  return namesIn(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

/** `gmm-0123...`, also of `gmm-0123....txt`: the name of its lock. */
const workNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.txt$/, '');
