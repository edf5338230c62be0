/**
 * How the places were when code was looked for: each file, folder and link on the way to it, and the first part of each path that
 * is not there. While all of them look so still, the same search finds the same files with the same bytes.
 */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';

import { readPlainText } from '../../config/plain-file.ts';
import { stampOf } from '../../store/stamp.ts';

/** What stands at a place, links followed. */
type PlaceKind = 'file' | 'folder' | 'absent';

/** How each place looked, by its absolute path. */
export type Stamps = Readonly<Record<string, string>>;

/** Looks at each place once. */
export interface Places {
  kindOf(path: string): PlaceKind;
  /** The path without links; undefined where nothing is there. */
  realPath(path: string): string | undefined;
  /** Undefined where there is no file. */
  readText(path: string): string | undefined;
  /** Of all that was looked at so far. */
  stamps(): Stamps;
}

interface Walked {
  readonly path: string;
  readonly kind: PlaceKind;
}

/** As Linux has it. */
const mostLinks = 40;

export function lookAtPlaces(): Places {
  const looks = new Map<string, { readonly stamp: string; readonly stats: Stats | undefined }>();
  const walks = new Map<string, Walked>();

  const look = (path: string): Stats | undefined => {
    const known = looks.get(path);
    if (known !== undefined) return known.stats;
    const stats = statsOf(path);
    looks.set(path, { stats, stamp: stampFrom(path, stats) });
    return stats;
  };

  const step = ({ path, kind }: Walked, name: string, links: number): Walked => {
    const at = join(path, name);
    // What is below a place that is not there is told by that place.
    if (kind !== 'folder') return { path: at, kind: 'absent' };
    const stats = look(at);
    if (stats === undefined) return { path: at, kind: 'absent' };
    if (!stats.isSymbolicLink()) return { path: at, kind: stats.isDirectory() ? 'folder' : 'file' };
    if (links === mostLinks) return { path: at, kind: 'absent' };
    return walk(resolve(dirname(at), targetOf(at)), links + 1);
  };

  const walk = (path: string, links: number): Walked => {
    const known = walks.get(path);
    if (known !== undefined) return known;
    const { root, base, dir } = parse(path);
    const walked: Walked = path === root ? { path, kind: 'folder' } : step(walk(dir, links), base, links);
    walks.set(path, walked);
    return walked;
  };
  const follow = (path: string): Walked => walk(resolve(path), 0);

  return {
    kindOf: (path) => {
      const { kind } = follow(path);
      // `a/b/` is a folder or nothing.
      return kind === 'file' && path.endsWith(sep) ? 'absent' : kind;
    },
    realPath(path) {
      const { path: real, kind } = follow(path);
      return kind === 'absent' ? undefined : real;
    },
    readText(path) {
      const { path: real, kind } = follow(path);
      return kind === 'file' ? textOf(real) : undefined;
    },
    stamps: () => Object.fromEntries([...looks].map(([path, { stamp }]) => [path, stamp])),
  };
}

/** How one place looks now. */
const stampOfPlace = (path: string): string => stampFrom(path, statsOf(path));

/** The first that does not look as it did. */
export const changedPlace = (stamps: Stamps): string | undefined =>
  Object.entries(stamps).find(([path, stamp]) => stampOfPlace(path) !== stamp)?.[0];

/** Folders come and go with their names alone: what is in them counts where it was looked for. */
function stampFrom(path: string, stats: Stats | undefined): string {
  if (stats === undefined) return 'absent';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? `link ${targetOf(path)} ${stampOf(stats)}` : stampOf(stats);
}

/** What may not be read is not there: Node takes it so too. */
function textOf(path: string): string | undefined {
  try {
    return readPlainText(path);
  } catch {
    return undefined;
  }
}

/** A link that was replaced a moment ago leads nowhere. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** What may not be looked at is not there: Node takes it so too. Links are not followed. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
