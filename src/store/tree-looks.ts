/**
 * How a large tree looked when it had its digest: the stamps of its folders and files as numbers, beside its index. While
 * they hold, nothing is listed or sorted: a folder's own stamp tells that no name in it has come or gone.
 */
import { lstatSync, readFileSync, renameSync, writeFileSync, type Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Digest } from '../graph/node.ts';
import { isSettled } from './walk.ts';

/** Of one walk; told of every folder before its names are listed, and of every file in it. */
export interface TreeLooks {
  folder(path: string, stats: Stats): FolderLooks;
  /** Something in it, such as a link, has looks that do not tell of all its changes. */
  spoil(): void;
}

interface FolderLooks {
  file(name: string, stats: Stats): void;
}

interface Folder {
  /** Relative to the root, with a slash behind it; empty for the root itself. */
  readonly path: string;
  readonly names: string[];
  /** Four numbers for the folder itself and then for each of its names. */
  readonly stamps: number[];
}

export interface OpenTreeLooks extends TreeLooks {
  /** Keeps them, if they tell of every later change and the tree is large enough to pay for it. */
  keep(file: string, digest: Digest): void;
}

const leastFiles = 256;

/** `settledBefore`: what was touched then or later could change again without showing it; milliseconds since 1970. */
export function openTreeLooks(settledBefore: number): OpenTreeLooks {
  const folders: Folder[] = [];
  let isSpoilt = false;
  return {
    folder(path, stats) {
      if (!isSettled(stats, settledBefore)) isSpoilt = true;
      const folder: Folder = { path, names: [], stamps: [...numbersOf(stats)] };
      folders.push(folder);
      return {
        file(name, fileStats) {
          folder.names.push(name);
          folder.stamps.push(fileStats.size, fileStats.mtimeMs, fileStats.ctimeMs, fileStats.ino);
        },
      };
    },
    spoil: () => (isSpoilt = true),
    keep(file, digest) {
      if (isSpoilt || folders.reduce((sum, { names }) => sum + names.length, 0) < leastFiles) return;
      try {
        writeFileSync(`${file}.${process.pid}`, encode({ digest, folders }));
        renameSync(`${file}.${process.pid}`, file);
      } catch {
        // A store that cannot be written can still be read.
      }
    },
  };
}

/** The digest that the tree had, if all of it looks as it did then. */
export async function digestByLooks(
  file: string,
  root: string,
  signal: AbortSignal | undefined,
): Promise<Digest | undefined> {
  const kept = readLooks(file);
  if (kept === undefined) return undefined;
  const base = `${root}/`;
  let looked = 0;
  try {
    for (const { path, names, stamps } of kept.folders) {
      if (!isAlike(lstatSync(base + path, orNothing), stamps, 0)) return undefined;
      for (let i = 0; i < names.length; i++) {
        if (!isAlike(lstatSync(base + path + (names[i] as string), orNothing), stamps, 4 * (i + 1)))
          return undefined;
        if (++looked % 4096 === 0) await nextTurn();
      }
      signal?.throwIfAborted();
    }
    return kept.digest;
  } catch {
    signal?.throwIfAborted();
    // What cannot be looked at: the walk says so.
    return undefined;
  }
}

const orNothing = { throwIfNoEntry: false } as const;

const numbersOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): readonly number[] => [
  size,
  mtimeMs,
  ctimeMs,
  ino,
];

const isAlike = (stats: Stats | undefined, stamps: ArrayLike<number>, at: number): boolean =>
  stats !== undefined &&
  stats.ctimeMs === stamps[at + 2] &&
  stats.mtimeMs === stamps[at + 1] &&
  stats.size === stamps[at] &&
  stats.ino === stamps[at + 3];

interface KeptLooks {
  readonly digest: Digest;
  readonly folders: readonly {
    readonly path: string;
    readonly names: readonly string[];
    readonly stamps: ArrayLike<number>;
  }[];
}

/** A line of JSON, then all names, then all stamps as 64-bit numbers. No name holds a zero byte. */
function encode({
  digest,
  folders,
}: {
  readonly digest: Digest;
  readonly folders: readonly Folder[];
}): Buffer {
  const names = Buffer.from(folders.flatMap((folder) => folder.names).join('\0'));
  const head = {
    digest,
    folders: folders.map((folder) => [folder.path, folder.names.length]),
    bytes: names.length,
  };
  const stamps = new Float64Array(folders.reduce((sum, folder) => sum + folder.stamps.length, 0));
  let at = 0;
  for (const folder of folders) {
    stamps.set(folder.stamps, at);
    at += folder.stamps.length;
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), names, Buffer.from(stamps.buffer)]);
}

function readLooks(file: string): KeptLooks | undefined {
  try {
    const bytes = readFileSync(file);
    const end = bytes.indexOf(10);
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as {
      readonly digest: Digest;
      readonly folders: readonly (readonly [path: string, count: number])[];
      readonly bytes: number;
    };
    const names = bytes.toString('utf8', end + 1, end + 1 + head.bytes).split('\0');
    const stamps = new Float64Array(new Uint8Array(bytes.subarray(end + 1 + head.bytes)).buffer);
    let name = 0;
    let stamp = 0;
    const folders = head.folders.map(([path, count]) => ({
      path,
      names: names.slice(name, (name += count)),
      stamps: stamps.subarray(stamp, (stamp += 4 * (count + 1))),
    }));
    return { digest: head.digest, folders };
  } catch {
    return undefined;
  }
}
