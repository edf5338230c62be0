/**
 * Small files and empty folders that one node has given back, kept for the next: file systems are slow where many were just
 * removed. Nobody misses one that is gone.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
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
      const spare = kept[kind].pop();
      return spare !== undefined && moved(spare, place);
    },
    give(kind, place) {
      const spare = join(folder, randomUUID());
      if (!moved(place, spare)) {
        mkdirSync(folder, { recursive: true });
        if (!moved(place, spare)) return false;
      }
      kept[kind].push(spare);
      return true;
    },
    clear() {
      for (const spare of [...kept.note, ...kept.folder]) rmSync(spare, { recursive: true, force: true });
      kept.note = [];
      kept.folder = [];
    },
  };
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
