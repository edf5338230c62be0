/** A tree of files and links in memory, and its writing over another one on the disk by as little as differs. */
import {
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** By path relative to the root; a link leads where `to` says, relative to its own folder. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export type TreeEntry =
  { readonly kind: 'file'; readonly text: string } | { readonly kind: 'link'; readonly to: string };

/** How a person or a program may write a file; the bytes are the same, the stamps are not. */
export type Manner = 'in place' | 'by renaming' | 'with its time put back';

/** Brings the disk from `before` to `after`. */
export function writeTree(root: string, before: Tree, after: Tree, manner: Manner): void {
  for (const path of before.keys()) if (!after.has(path)) rmSync(join(root, path), { force: true });
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (!same(old, entry)) writeEntry(join(root, path), old, entry, manner);
  }
}

function writeEntry(path: string, old: TreeEntry | undefined, entry: TreeEntry, manner: Manner): void {
  mkdirSync(dirname(path), { recursive: true });
  // A folder whose files have gone may be in the way too.
  if (old?.kind !== entry.kind) rmSync(path, { recursive: true, force: true });
  if (entry.kind === 'link') {
    symlinkSync(entry.to, `${path}~`);
    renameSync(`${path}~`, path);
    // A package manager may set the times of what it unpacks; those of a link say nothing of where it leads.
    if (manner === 'with its time put back') lutimesSync(path, 1, 1);
    return;
  }
  const times = old?.kind === 'file' ? statSync(path) : undefined;
  if (manner === 'by renaming') {
    writeFileSync(`${path}~`, entry.text);
    renameSync(`${path}~`, path);
  } else writeFileSync(path, entry.text);
  if (manner === 'with its time put back' && times !== undefined) utimesSync(path, times.atime, times.mtime);
}

const same = (a: TreeEntry | undefined, b: TreeEntry): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify(b);
