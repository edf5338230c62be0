/**
 * How a file or folder looks from outside: size, mtime and ctime in ms, inode. ctime cannot be set back, so a restored mtime does
 * not deceive. The times are exact to a quarter of a microsecond, and trusted only when they are at least 20 ms old.
 */
import type { Stats } from 'node:fs';

type Stamped = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** Numbers of a stamp, where many lie in one array. */
export const stampLength = 4;

export function putStamp(
  stamps: Float64Array,
  index: number,
  { size, mtimeMs, ctimeMs, ino }: Stamped,
): void {
  const at = stampLength * index;
  stamps[at] = size;
  stamps[at + 1] = mtimeMs;
  stamps[at + 2] = ctimeMs;
  stamps[at + 3] = ino;
}

export const stampAt = (stamps: Float64Array, index: number): Float64Array =>
  stamps.subarray(stampLength * index, stampLength * (index + 1));

/** Makes it alike to nothing: the stamp of a file touched a moment ago would not tell of a second change. */
export function distrust(stamps: Float64Array, index: number): void {
  const at = stampLength * index + 2;
  stamps[at] = -Math.abs(stamps[at] as number);
}

/** As `isAlike`, of a stamp that is distrusted too. */
export function wasAlike(stats: Stamped, stamps: Float64Array, index: number): boolean {
  const at = stampLength * index;
  return (
    stats.ctimeMs === Math.abs(stamps[at + 2] as number) &&
    stats.mtimeMs === stamps[at + 1] &&
    stats.size === stamps[at] &&
    stats.ino === stamps[at + 3]
  );
}

/** When the last of those that are distrusted would show another change, in milliseconds since 1970; -Infinity where none is. */
export function trustedFrom(stamps: Float64Array): number {
  let from = -Infinity;
  for (let at = 0; at < stamps.length; at += stampLength) {
    const changed = stamps[at + 2] as number;
    if (changed < 0)
      from = Math.max(from, showsChangesFrom({ mtimeMs: stamps[at + 1] as number, ctimeMs: -changed }));
  }
  return from;
}

export function isAlike(stats: Stamped, stamps: Float64Array, index: number): boolean {
  const at = stampLength * index;
  return (
    stats.ctimeMs === stamps[at + 2] &&
    stats.mtimeMs === stamps[at + 1] &&
    stats.size === stamps[at] &&
    stats.ino === stamps[at + 3]
  );
}

/** The same as one text. */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stamped): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

/** Milliseconds: more than a tick of any Linux clock. */
export const tick = 20;

/**
 * Whether a change after `now` (milliseconds since 1970) would show in its stamp: it was last touched a tick before;
 * file systems that keep whole seconds (FAT: two of them) get 2 s.
 */
export function isSettled(stats: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, now: number): boolean {
  return showsChangesFrom(stats) < now;
}

function showsChangesFrom({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>): number {
  const touched = Math.max(mtimeMs, ctimeMs);
  return touched + (touched % 1000 === 0 ? 2000 : tick);
}
