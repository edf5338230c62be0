/** Takes away what killed runs left behind and cannot be adopted. */
import { existsSync, statSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Digest } from '../graph/node.ts';
import { sweepAttempts } from './attempts.ts';
import type { Layout } from './layout.ts';
import { holderOfLock, tryLock } from './lock.ts';
import { namesIn } from './names-in.ts';
import { removeTree } from './remove-tree.ts';
import { attempt } from './system-error.ts';

export async function sweep(layout: Layout): Promise<void> {
  for (const folder of [layout.trash, layout.spares])
    for (const name of namesIn(folder)) await removeOne(join(folder, name));
  await sweepWork(layout);
  await sweepCheckpoints(layout);
  sweepAttempts(layout);
  await sweepLocks(layout);
  await sweepHalfWritten(layout);
}

/** What cannot be removed is left, and keeps nothing else from being removed. */
const removeOne = (path: string): Promise<void> => removeTree(path).catch(() => undefined);

async function sweepWork({ work, locks }: Layout): Promise<void> {
  for (const name of namesIn(work)) {
    const folder = join(work, name);
    if (existsSync(join(folder, 'finished.json'))) continue;
    const taken = tryLock(locks, name);
    if (taken.kind === 'held') continue;
    try {
      await removeOne(folder);
    } finally {
      // Kept, this run would wait for itself when it comes to the node.
      taken.lock.release();
    }
  }
}

/** An empty one helps nobody; what another holds may be gone on with when its parameters come back. */
async function sweepCheckpoints({ checkpoints, locks }: Layout): Promise<void> {
  for (const name of namesIn(checkpoints)) {
    const taken = tryLock(locks, name);
    if (taken.kind === 'held') continue;
    await rmdir(join(checkpoints, name)).catch(() => undefined);
    taken.lock.release();
  }
}

/** A lock is prepared, taken or given up within moments. */
const minute = 60_000;

async function sweepLocks({ locks }: Layout): Promise<void> {
  for (const name of namesIn(locks)) {
    if (!name.startsWith('.')) attempt(() => holderOfLock(locks, name));
    else if (ageOf(join(locks, name)) > minute) await removeOne(join(locks, name));
  }
}

/** Small files are written beside their place, with the number of the process behind their name. */
async function sweepHalfWritten(layout: Layout): Promise<void> {
  const folders = [
    dirname(layout.treeIndex('')),
    layout.graphs,
    layout.failedLogs,
    layout.attempts,
    layout.settledRuns,
    layout.branches,
    dirname(layout.codeIndex),
    dirname(layout.listing('' as Digest)),
    dirname(layout.source('' as Digest)),
  ];
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      if (/\.\d+(?:-\d+)?$/.test(name) && ageOf(join(folder, name)) > minute)
        await removeOne(join(folder, name));
    }
  }
}

const ageOf = (path: string): number =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
