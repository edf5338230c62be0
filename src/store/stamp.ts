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

/** Makes it the stamp of nothing: that of a file touched a moment ago would not tell of a second change. */
export function distrust(stamps: Float64Array, index: number): void {
  stamps[stampLength * index + 2] = Number.NaN;
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

/**
 * Whether a change after `now` (milliseconds since 1970) would show in its stamp. 20 ms are more than a tick of any Linux clock;
 * file systems that keep whole seconds (FAT: two of them) get 2 s.
 */
export function isSettled({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, now: number): boolean {
  const touched = Math.max(mtimeMs, ctimeMs);
  return touched + (touched % 1000 === 0 ? 2000 : 20) < now;
}
