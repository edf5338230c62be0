/**
 * Removes a file or a folder with all in it, whatever stands there: folders that their stage closed, and trees deeper than the
 * longest path that the system takes.
 */
import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { openFolder } from './permissions.ts';

/** Does nothing where there is nothing. Throws what the system says of what cannot be removed. */
export async function removeTree(path: string): Promise<void> {
  try {
    // Most are empty.
    await rmdir(path);
  } catch {
    try {
      await rm(path, { recursive: true, force: true });
    } catch {
      await takeApart(path);
    }
  }
}

/** Each folder is moved up to stand directly below `top` before it is emptied, so no path is longer than that and two names. */
async function takeApart(top: string): Promise<void> {
  const stats = lstatSync(top, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) return unlinkSync(top);
  const moved = join(top, randomUUID());
  const folders = [top];
  let count = 0;
  for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
    openFolder(folder);
    const inside: string[] = [];
    // As bytes: a name need not be text.
    for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), entry.name]);
      if (!entry.isDirectory()) unlinkSync(path);
      else {
        // Who may not write to a folder may not move it either.
        openFolder(path);
        const place = `${moved}-${count++}`;
        renameSync(path, place);
        inside.push(place);
      }
    }
    if (count % 256 === 0) await nextTurn();
    if (inside.length > 0) folders.push(...inside);
    else {
      rmdirSync(folder);
      folders.pop();
    }
  }
}
