/**
 * Small files and empty folders that one node has given back, kept for the next: file systems are slow where many were just
 * removed. Nobody misses one that is gone.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

type Kind = 'note' | 'folder';

export interface Spares {
  /** Moves one to `place`; false where there is none, or no room for it. */
  take(kind: Kind, place: string): boolean;
  /** False where it cannot be kept and stays where it is. */
  give(kind: Kind, place: string): boolean;
  /** At the end of a run. */
  clear(): void;
}

export function openSpares(folder: string): Spares {
  const kept: Record<Kind, string[]> = { note: [], folder: [] };
  return {
    take(kind, place) {
      const spare = kept[kind].at(-1);
      if (spare === undefined || !moved(spare, place)) return false;
      kept[kind].pop();
      return true;
    },
    give(kind, place) {
      const spare = join(folder, randomUUID());
      const makeFolder = (): unknown => mkdirSync(folder, { recursive: true });
      if (!moved(place, spare) && !(done(makeFolder) && moved(place, spare))) return false;
      kept[kind].push(spare);
      return true;
    },
    clear() {
      for (const spare of kept.note.splice(0)) done(() => unlinkSync(spare));
      for (const spare of kept.folder.splice(0)) done(() => rmdirSync(spare));
    },
  };
}

const moved = (from: string, to: string): boolean => done(() => renameSync(from, to));

function done(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
