/** Lists a file or a folder with the times and sizes that tell whether it has changed. */
import { lstatSync, readdirSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { join } from 'node:path';

import { FailureError } from '../failure.ts';
import { compareCodePoints } from '../graph/encoding.ts';

export interface WalkedFile {
  readonly kind: 'file';
  /** Relative to the root, POSIX separators; empty when the root is itself a file. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes. */
  readonly size: number;
  readonly stamp: Stamp;
  /** When it was last touched in any way, ns since 1970. */
  readonly touched: bigint;
}

interface WalkedEmptyFolder {
  readonly kind: 'empty-folder';
  readonly path: string;
}

export type Walked = WalkedFile | WalkedEmptyFolder;

/** Size, mtime and ctime in ns, and inode, as one text. ctime cannot be set back, so a restored mtime does not deceive. */
export type Stamp = string;

export interface WalkOptions {
  /** What a symbolic link is: the thing it points to (inputs), or a fault (what a stage wrote). */
  readonly links: 'follow' | 'refuse';
}

/**
 * Every file and every empty folder below `root`, in code-point order of their paths. Synchronous calls: they
 * are five times as fast as promises for small files. Throws a `FailureError` for what cannot be an input.
 */
export function* walk(root: string, { links }: WalkOptions): Generator<Walked> {
  const stats = statOf(root, 'INPUT_MISSING');
  if (stats.isFile()) yield walkedFile(stats, '', root);
  else if (stats.isDirectory()) yield* walkFolder(root, '', links, [stats.ino]);
  else throw specialFile(root);
}

export function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): Stamp {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/**
 * Whether a change after `now` (ns since 1970) would show in its stamp. 20 ms are more than a tick of any Linux clock;
 * file systems that keep whole seconds (FAT: two of them) get 2 s.
 */
export function isSettled({ touched }: Pick<WalkedFile, 'touched'>, now: bigint): boolean {
  const granularity = touched % 1_000_000_000n === 0n ? 2_000_000_000n : 20_000_000n;
  return touched + granularity < now;
}

function* walkFolder(
  root: string,
  prefix: string,
  links: WalkOptions['links'],
  above: readonly bigint[],
): Generator<Walked> {
  const entries = namedEntries(join(root, prefix), links);
  if (entries.length === 0) yield { kind: 'empty-folder', path: prefix.slice(0, -1) };
  for (const { name, isFolder, isLink } of entries) {
    const path = prefix + name;
    const absolute = join(root, path);
    if (!isFolder) {
      const stats = isLink ? statOf(absolute, 'LINK_BROKEN') : lstatOf(absolute);
      if (!stats.isFile()) throw specialFile(absolute);
      yield walkedFile(stats, path, absolute);
    } else if (!isLink) yield* walkFolder(root, path, links, above);
    else {
      const { ino } = statOf(absolute, 'LINK_BROKEN');
      if (above.includes(ino) || leadsUp(root, prefix, absolute)) throw linkRing(absolute);
      yield* walkFolder(root, path, links, [...above, ino]);
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
    const absolute = join(folder, entry.name);
    if (isLink && links === 'refuse') throw linkRefused(absolute);
    const isFolder = isLink ? statOf(absolute, 'LINK_BROKEN').isDirectory() : entry.isDirectory();
    return { name: isFolder ? `${entry.name}/` : entry.name, isFolder, isLink };
  };
  return readFolder(folder)
    .map(named)
    .toSorted((a, b) => compareCodePoints(a.name, b.name));
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** A link to one of the folders it stands in would be walked for ever. */
function leadsUp(root: string, prefix: string, link: string): boolean {
  const target = realpathSync(link);
  const standsIn = realpathSync(join(root, prefix));
  return standsIn === target || standsIn.startsWith(`${target}/`);
}

const walkedFile = (stats: BigIntStats, path: string, absolute: string): WalkedFile => ({
  kind: 'file',
  path,
  absolute,
  size: Number(stats.size),
  stamp: stampOf(stats),
  touched: stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs,
});

function lstatOf(path: string): BigIntStats {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function statOf(path: string, codeWhenMissing: 'INPUT_MISSING' | 'LINK_BROKEN'): BigIntStats {
  const stats = ((): BigIntStats | undefined => {
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false });
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
