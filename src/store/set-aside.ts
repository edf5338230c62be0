/** Takes a file or a folder out of its place, whoever can remove it. */
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import type { Layout } from './layout.ts';
import { openFolder } from './permissions.ts';
import { removeTree } from './remove-tree.ts';
import { isCode } from './system-error.ts';
import { removeFile } from './whole-file.ts';

/** Removes it; what cannot be removed (a container wrote it as another user) goes to the trash and is in nobody's way. */
export async function setAside(layout: Layout, path: string): Promise<void> {
  try {
    await removeTree(path);
  } catch {
    moveAside(layout, path);
  }
}

/**
 * Takes an artifact out of its place: a kill leaves all of it, or none that counts. Returns where it is, to be
 * removed; undefined where nothing is left of it.
 */
export async function takeOut(layout: Layout, artifact: string): Promise<string | undefined> {
  try {
    return moveAside(layout, artifact);
  } catch (error) {
    // Folders of a lower layer of a container's file system cannot be moved. Without its manifest it is none.
    if (!isCode(error, 'EXDEV') || !removeFile(join(artifact, 'manifest.json'))) throw error;
    await removeTree(artifact);
    return undefined;
  }
}

/** Into the trash, from where the next run removes it; returns where that is. */
export function moveAside({ trash }: Pick<Layout, 'trash'>, path: string): string {
  const aside = join(trash, randomUUID());
  mkdirSync(trash, { recursive: true });
  try {
    renameSync(path, aside);
  } catch (error) {
    // Who may not write to a folder may not move it either.
    if (!isCode(error, 'EACCES', 'EPERM') || !lstatSync(path).isDirectory()) throw error;
    openFolder(path);
    renameSync(path, aside);
  }
  return aside;
}
