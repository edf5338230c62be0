/**
 * Which names came to folders or went while somebody watched. A folder that was moved away and back, and then got another name in it,
 * looks as if it had got that name alone: the system tells of the moves while they happen, and nothing does afterwards.
 */
import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { attempt } from './system-error.ts';

export interface Moves {
  /** From now on, where the system lets it be watched. Absolute. */
  watch(path: string): void;
  /** How often it came or went since it is watched, as far as that is told. */
  countOf(path: string): number;
  /** Waits until all that has happened so far is told. */
  allTold(): Promise<void>;
  close(): void;
}

interface Watched {
  readonly inode: number | undefined;
  readonly watcher: FSWatcher | undefined;
}

export function openMoves(): Moves {
  const watched = new Map<string, Watched>();
  const counts = new Map<string, number>();
  const watchFolder = (folder: string): FSWatcher =>
    watch(folder, { persistent: false }, (kind, name) => {
      if (kind !== 'rename' || name === null) return;
      const path = join(folder, name);
      counts.set(path, (counts.get(path) ?? 0) + 1);
    }).on('error', () => undefined);
  return {
    watch(path) {
      const folder = dirname(path);
      const inode = attempt(() => statSync(folder))?.ino;
      const known = watched.get(folder);
      // What is watched is the folder itself, wherever it was moved to.
      if (known !== undefined && known.inode === inode) return;
      known?.watcher?.close();
      watched.set(folder, { inode, watcher: attempt(() => watchFolder(folder)) });
    },
    countOf: (path) => counts.get(path) ?? 0,
    async allTold() {
      // The first turn may have begun already.
      await nextTurn();
      await nextTurn();
    },
    close() {
      for (const { watcher } of watched.values()) watcher?.close();
    },
  };
}
