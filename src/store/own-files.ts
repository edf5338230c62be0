/**
 * What a stage wrote becomes the store's own: files are read only, without a second name by which somebody could change
 * them, and keep what lets their owner execute them; nobody may write into a folder who may not into those of the store.
 */
import { constants, copyFileSync, renameSync, utimesSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import { isExecutable, setMode } from './permissions.ts';
import { isCode } from './system-error.ts';
import { walk } from './walk.ts';
import { removeFile } from './whole-file.ts';

interface OwnOptions {
  /** A second name is that of another artifact. */
  readonly mayShare: boolean;
  /** Of the store's own folders: the most that those of an artifact let anybody do. */
  readonly folderMode: number;
}

/** `beside`: where a copy may stand for a moment, on the same file system. Throws for what cannot be part of an artifact. */
export function ownFiles(output: string, beside: string, { mayShare, folderMode }: OwnOptions): void {
  for (const entry of walk(output, { links: 'refuse' })) {
    if (entry.kind === 'folder') {
      closeToOthers(join(output, entry.path), entry.stats, folderMode);
      continue;
    }
    const { absolute, stats } = entry;
    const mode = isExecutable(stats) ? 0o555 : 0o444;
    const isShared = stats.nlink > 1 && !mayShare;
    if (isShared || !hasMode(absolute, mode)) copyOver(absolute, stats.mtimeMs, beside, mode);
  }
}

/** Owners keep the right to remove it. One of somebody else stays as it is, and so does the group that is handed down. */
function closeToOthers(path: string, { mode }: Stats, allowed: number): void {
  const closed = mode & (allowed | 0o2700) & 0o2777;
  if ((mode & 0o7777) !== closed) hasMode(path, closed);
}

/** False where it belongs to somebody else: a container may have written as another user. */
function hasMode(path: string, mode: number): boolean {
  try {
    setMode(path, mode);
    return true;
  } catch (error) {
    if (isCode(error, 'EPERM')) return false;
    throw error;
  }
}

/** The other names keep the file as it is. The time stays, in whole milliseconds. */
function copyOver(path: string, modified: number, beside: string, mode: number): void {
  removeFile(beside);
  copyFileSync(path, beside, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const time = wholeMilliseconds(modified) / 1000;
  setMode(beside, 0o644);
  utimesSync(beside, time, time);
  setMode(beside, mode);
  renameSync(beside, path);
}

/** As precise as a time that was set and read again. */
export const wholeMilliseconds = (time: number): number => Math.round(time);
