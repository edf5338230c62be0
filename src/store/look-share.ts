/** Looks at many files beside how they looked before, which several threads may share. */
import { lstatSync, statSync, type Stats } from 'node:fs';

import { isAlike, wasAlike } from './stamp.ts';

export interface LookTask {
  /** What comes before each path and the slash behind it. */
  readonly root: string;
  /** Relative to it; that of the root is empty, that of a folder ends in a slash. */
  readonly paths: readonly string[];
  readonly links: 'follow' | 'refuse';
  /** Of each path. */
  readonly stamps: Float64Array;
  /** Whether a stamp that is distrusted may be like what it was taken of. */
  readonly trustsAll: boolean;
  /** Takes a one for each path that does not look as it did. */
  readonly isUnlike: Uint8Array;
  /** The number of blocks that were taken. */
  readonly taken: Int32Array;
  /** Takes a one for each block that is done. Whoever does one twice finds the same. */
  readonly done: Int32Array;
}

/** Paths of one block: about a millisecond. */
export const blockLength = 512;

/** Takes blocks until none is left. */
export function lookShare(task: LookTask): void {
  while (lookAtNext(task));
}

/** False where every block is taken. */
export function lookAtNext(task: LookTask): boolean {
  const block = Atomics.add(task.taken, 0, 1);
  if (block >= task.done.length) return false;
  lookAtBlock(task, block);
  return true;
}

export function lookAtBlock(task: LookTask, block: number): void {
  const { root, paths, links, stamps, trustsAll, isUnlike, done } = task;
  const look = links === 'follow' ? statSync : lstatSync;
  const looksAlike = trustsAll ? wasAlike : isAlike;
  const end = Math.min(paths.length, blockLength * (block + 1));
  for (let row = blockLength * block; row < end; row++) {
    const stats = lookOrNothing(look, absolutePath(root, paths[row] as string));
    if (stats === undefined || !looksAlike(stats, stamps, row)) isUnlike[row] = 1;
  }
  Atomics.store(done, block, 1);
  Atomics.notify(done, block);
}

/** Without the slash behind a folder, which would follow a link in its place. */
export const absolutePath = (root: string, path: string): string =>
  path === '' ? root : `${root}/${path.endsWith('/') ? path.slice(0, -1) : path}`;

const orNothing = { throwIfNoEntry: false } as const;

/** Undefined for what is not there and for what cannot be looked at. */
function lookOrNothing(look: typeof statSync, path: string): Stats | undefined {
  try {
    return look(path, orNothing);
  } catch {
    return undefined;
  }
}
