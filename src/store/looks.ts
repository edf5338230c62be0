/**
 * How some files and folders looked, kept so that their stamps alone tell whether all of them still look so. A folder's
 * own stamp tells whether a name in it has come or gone; those of its files, whether their bytes may have changed.
 */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Absolute path, size, mtime and ctime in ms, inode; the path alone for what was not there; of some folders only that they are. */
export type Look =
  | readonly [path: string]
  | readonly [path: string, kind: 'folder']
  | readonly [path: string, size: number, modified: number, changed: number, inode: number];

export interface LookTaker {
  readonly looks: readonly Look[];
  /** One file or folder. Undefined where there is none. */
  take(path: string): Stats | undefined;
  /** The same of a place on the way to something: a folder is a folder, whatever comes and goes in it. */
  takePlace(path: string): void;
  /** It and all below it; nothing of it where there is a link among them or more than `most`. */
  takeTree(path: string, most?: number): 'taken' | 'absent' | 'left';
  /** Takes looks to the same, of what nobody changes. */
  ofAnyAge(): Pick<LookTaker, 'take' | 'takeTree'>;
  /** Whether another change of anything taken would show: all of it was last touched a tick of the clock before. */
  isSettled(): boolean;
}

/** `before`: milliseconds since 1970, the time before anything was read of what the looks are taken of. */
export function openLooks(before: number, looks: Look[] = []): LookTaker {
  let youngest = -Infinity;
  const take = (path: string): Stats | undefined => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) looks.push([path]);
    else {
      looks.push([path, stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino]);
      youngest = Math.max(youngest, showsChangesFrom(stats));
    }
    return stats;
  };
  return {
    looks,
    take,
    takePlace(path) {
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) looks.push([path, 'folder']);
      else take(path);
    },
    takeTree(path, most = Infinity) {
      const start = looks.length;
      let isMissing = false;
      const takeBelow = (at: string): boolean => {
        const stats = take(at);
        if (stats === undefined) isMissing = true;
        if (stats?.isSymbolicLink() === true || looks.length - start > most) return false;
        return stats?.isDirectory() !== true || readdirSync(at).every((name) => takeBelow(join(at, name)));
      };
      if (takeBelow(path)) return isMissing ? 'absent' : 'taken';
      looks.length = start;
      return 'left';
    },
    ofAnyAge: () => openLooks(Infinity, looks),
    isSettled: () => youngest < before,
  };
}

/** Whether everything looks as it did. False too where something cannot be looked at. */
export function looksHold(looks: readonly Look[]): boolean {
  try {
    return looks.every(([path, size, modified, changed, inode]) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return size === undefined;
      if (size === 'folder') return stats.isDirectory();
      const { ctimeMs, mtimeMs } = stats;
      return ctimeMs === changed && mtimeMs === modified && stats.size === size && stats.ino === inode;
    });
  } catch {
    return false;
  }
}

/** As `isSettled` of `stamp.ts`: 20 ms are more than a tick of the clock, file systems of whole seconds get 2 s. */
function showsChangesFrom({ mtimeMs, ctimeMs }: Stats): number {
  const touched = Math.max(mtimeMs, ctimeMs);
  return touched + (touched % 1000 === 0 ? 2000 : 20);
}
