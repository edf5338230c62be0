/** Reads every byte of a store and says what is not as it was written. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { FailureError } from '../failure.ts';
import { compareCodePoints } from '../graph/encoding.ts';
import { keyOf } from '../graph/key.ts';
import type { Digest } from '../graph/node.ts';
import { contentDigest, withMarks } from './content.ts';
import type { Manifest } from './manifest.ts';
import type { Store } from './store.ts';
import { attempt, isCode } from './system-error.ts';

export interface Inspected {
  readonly stage: string;
  /** The name of the artifact's folder: the first 16 digits of its key. */
  readonly key: string;
  /** Null where its manifest cannot be read. */
  readonly name: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Relative to the artifact's folder; empty where all is as it was written. */
  readonly damaged: readonly string[];
}

/** Every artifact of the stages that `isWanted` names, by stage and then by key. A damaged one is made again by the next run. */
export async function* inspectStore(
  store: Store,
  isWanted: (stage: string) => boolean,
): AsyncIterable<Inspected> {
  for (const stage of stagesIn(store)) {
    if (!isWanted(stage)) continue;
    for (const key of namesIn(join(store.folder, stage))) yield await inspect(store, stage, key);
  }
}

/** Those that have a folder in the store, in code-point order. */
export function stagesIn({ folder }: Pick<Store, 'folder'>): readonly string[] {
  return namesIn(folder).filter((name) => !name.startsWith('.') && name !== 'runs');
}

async function inspect(store: Store, stage: string, key: string): Promise<Inspected> {
  const artifact = store.read(stage, key as Digest);
  if (artifact === undefined)
    return { stage, key, name: null, files: 0, bytes: 0, damaged: ['manifest.json'] };
  const { manifest } = artifact;
  const damaged = await store.verify(artifact);
  // A store that cannot be written can still be inspected.
  if (damaged.length > 0) attempt(() => store.distrust(artifact));
  return {
    stage,
    key,
    name: manifest.name,
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
    damaged: [...(isWhole(manifest, stage, key) ? [] : ['manifest.json']), ...damaged],
  };
}

/** Whether what the manifest says of itself holds. */
function isWhole(manifest: Manifest, stage: string, folder: string): boolean {
  const { content, digest, marks, key, parts } = manifest;
  try {
    return (
      manifest.stage === stage &&
      key.startsWith(folder) &&
      contentDigest(manifest) === content &&
      withMarks(content, marks) === digest &&
      keyOf(parts) === key
    );
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted(compareCodePoints);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw new FailureError({
      code: 'STORE_UNREADABLE',
      message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      place: folder,
      remedy: 'change the permissions of the folder',
    });
  }
}
