/** What a stage wrote becomes the store's own: read only, and without a second name by which somebody could change it. */
import { constants, copyFileSync, renameSync, utimesSync } from 'node:fs';

import { setMode } from './permissions.ts';
import { isCode } from './system-error.ts';
import { walk } from './walk.ts';
import { removeFile } from './whole-file.ts';

const readOnly = 0o444;

/** `beside`: where a copy may stand for a moment, on the same file system. Throws for what cannot be part of an artifact. */
export function ownFiles(
  output: string,
  beside: string,
  { mayShare }: { /** A second name is that of another artifact. */ readonly mayShare: boolean },
): void {
  for (const entry of walk(output, { links: 'refuse' })) {
    if (entry.kind === 'folder') continue;
    const { absolute, stats } = entry;
    const isShared = stats.nlink > 1 && !mayShare;
    if (isShared || !madeReadOnly(absolute)) copyOver(absolute, stats.mtimeMs, beside);
  }
}

/** False where it belongs to somebody else: a container may have written as another user. */
function madeReadOnly(path: string): boolean {
  try {
    setMode(path, readOnly);
    return true;
  } catch (error) {
    if (isCode(error, 'EPERM')) return false;
    throw error;
  }
}

/** The other names keep the file as it is. The time stays, in whole milliseconds. */
function copyOver(path: string, modified: number, beside: string): void {
  removeFile(beside);
  copyFileSync(path, beside, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const time = wholeMilliseconds(modified) / 1000;
  setMode(beside, 0o644);
  utimesSync(beside, time, time);
  setMode(beside, readOnly);
  renameSync(beside, path);
}

/** As precise as a time that was set and read again. */
export const wholeMilliseconds = (time: number): number => Math.round(time);
