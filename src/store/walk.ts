/** Lists a file or a folder with the times and sizes that tell whether it has changed. */
import { lstatSync, readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';

import { FailureError } from '../failure.ts';
import { refuseOtherBytes } from '../file-names.ts';
import { compareCodePoints } from '../graph/encoding.ts';
import type { TreeLooks } from './tree-looks.ts';

export interface WalkedFile {
  readonly kind: 'file';
  /** Relative to the root, POSIX separators; empty when the root is itself a file. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes. */
  readonly size: number;
  readonly stamp: Stamp;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

interface WalkedEmptyFolder {
  readonly kind: 'empty-folder';
  readonly path: string;
}

export type Walked = WalkedFile | WalkedEmptyFolder;

/**
 * Size, mtime and ctime in ms, and inode, as one text. ctime cannot be set back, so a restored mtime does not deceive. The
 * times are exact to a quarter of a microsecond, and trusted only when they are at least 20 ms old.
 */
export type Stamp = string;

export interface WalkOptions {
  /** What a symbolic link is: the thing it points to (inputs), or a fault (what a stage wrote). */
  readonly links: 'follow' | 'refuse';
  /** Is told how everything looks. */
  readonly looks?: TreeLooks;
  /** Relative paths of files below the root in code-point order: they alone are looked at, and no folder is listed. */
  readonly only?: readonly string[];
}

/**
 * Every file and every empty folder below `root`, in code-point order of their paths. Synchronous calls: they
 * are five times as fast as promises for small files. Throws a `FailureError` for what cannot be an input.
 */
export function* walk(root: string, options: WalkOptions): Generator<Walked> {
  if (options.only !== undefined) return yield* walkNamed(root, options.only);
  const stats = statOf(root, 'INPUT_MISSING');
  if (stats.isFile()) yield walkedFile(stats, '', root);
  else if (stats.isDirectory()) yield* walkFolder(root, '', options, [stats.ino]);
  else throw specialFile(root);
}

/** `looks` are told of nothing: those of single files would not tell of others that come. */
function* walkNamed(root: string, paths: readonly string[]): Generator<Walked> {
  for (const path of paths) {
    const absolute = join(root, path);
    const stats = statOf(absolute, 'INPUT_MISSING');
    if (!stats.isFile()) throw specialFile(absolute);
    yield walkedFile(stats, path, absolute);
  }
}

export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
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

function* walkFolder(
  root: string,
  prefix: string,
  options: WalkOptions,
  above: readonly number[],
): Generator<Walked> {
  const { links, looks } = options;
  const folder = `${root}/${prefix}`;
  // Before its names: one that comes meanwhile shows in the next look.
  const folderLooks = looks?.folder(prefix, lstatOf(folder));
  const entries = namedEntries(folder, links);
  if (entries.length === 0) yield { kind: 'empty-folder', path: prefix.slice(0, -1) };
  for (const { name, isFolder, isLink } of entries) {
    const path = prefix + name;
    const absolute = folder + name;
    if (isLink) looks?.spoil();
    if (!isFolder) {
      const stats = isLink ? statOf(absolute, 'LINK_BROKEN') : lstatOf(absolute);
      if (!stats.isFile()) throw specialFile(absolute);
      folderLooks?.file(name, stats);
      yield walkedFile(stats, path, absolute);
    } else if (!isLink) yield* walkFolder(root, path, options, above);
    else {
      const { ino } = statOf(absolute, 'LINK_BROKEN');
      if (above.includes(ino) || leadsUp(root, prefix, absolute)) throw linkRing(absolute);
      yield* walkFolder(root, path, options, [...above, ino]);
    }
  }
}

interface NamedEntry {
  /** With a slash behind a folder's name, so that sorting names sorts whole paths. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

function namedEntries(folder: string, links: WalkOptions['links']): NamedEntry[] {
  const named = (entry: Dirent): NamedEntry => {
    const isLink = entry.isSymbolicLink();
    if (isLink && links === 'refuse') throw linkRefused(folder + entry.name);
    const isFolder = isLink ? statOf(folder + entry.name, 'LINK_BROKEN').isDirectory() : entry.isDirectory();
    return { name: isFolder ? `${entry.name}/` : entry.name, isFolder, isLink };
  };
  return readFolder(folder.slice(0, -1))
    .map(named)
    .toSorted((a, b) => compareCodePoints(a.name, b.name));
}

function readFolder(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    refuseOtherBytes(
      folder,
      entries.map(({ name }) => name),
    );
    return entries;
  } catch (error) {
    throw error instanceof FailureError ? error : unreadable(folder, error);
  }
}

/** A link to one of the folders it stands in would be walked for ever. */
function leadsUp(root: string, prefix: string, link: string): boolean {
  const target = realpathSync(link);
  const standsIn = realpathSync(join(root, prefix));
  return standsIn === target || standsIn.startsWith(`${target}/`);
}

const walkedFile = (stats: Stats, path: string, absolute: string): WalkedFile => ({
  kind: 'file',
  path,
  absolute,
  size: stats.size,
  stamp: stampOf(stats),
  mtimeMs: stats.mtimeMs,
  ctimeMs: stats.ctimeMs,
});

function lstatOf(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function statOf(path: string, codeWhenMissing: 'INPUT_MISSING' | 'LINK_BROKEN'): Stats {
  const stats = ((): Stats | undefined => {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch (error) {
      throw unreadable(path, error);
    }
  })();
  if (stats !== undefined) return stats;
  throw new FailureError({
    code: codeWhenMissing,
    message:
      codeWhenMissing === 'INPUT_MISSING' ? 'there is no such file or folder' : 'the link leads nowhere',
    place: path,
    remedy:
      codeWhenMissing === 'INPUT_MISSING' ? 'put it there or correct the path' : 'remove the link or mend it',
  });
}

const unreadable = (place: string, error: unknown): FailureError =>
  new FailureError({
    code: 'INPUT_UNREADABLE',
    message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    place,
    remedy: 'check that it exists and that you may read it',
  });

const specialFile = (place: string): FailureError =>
  new FailureError({
    code: 'FILE_SPECIAL',
    message: 'is neither a file nor a folder',
    place,
    remedy: 'sockets, pipes and devices have no bytes to keep: leave it out',
  });

const linkRing = (place: string): FailureError =>
  new FailureError({
    code: 'LINK_RING',
    message: 'the link leads to a folder it stands in',
    place,
    remedy: 'remove the link',
  });

const linkRefused = (place: string): FailureError =>
  new FailureError({
    code: 'OUTPUT_LINK',
    message: 'is a symbolic link; an artifact holds files and folders alone',
    place,
    remedy: 'write a copy of what the link points to',
  });
