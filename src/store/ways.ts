/**
 * The links and folders on the way to files. A link that leads elsewhere for a while, or a folder that makes way for another, leaves
 * the files behind it as they were: the way alone tells.
 */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { Moves } from './moves.ts';
import { stampOf } from './stamp.ts';

export interface Ways {
  /** A path and all that leads to it, through links as well. Absolute; it need not be there. */
  add(path: string): void;
  /** When the youngest of them was touched, in milliseconds since 1970. */
  readonly youngest: number;
  /** How they looked. */
  readonly steps: Steps;
  /** Has its folders watched from now on. */
  watch(moves: Moves): void;
  /** Looks now: the first of them that is another. */
  firstChange(): string | undefined;
}

/** `root` is the project's: it and the folders it stands in are left out, for a run makes its store there. */
export function openWays(root: string): Ways {
  const steps = new Map<string, Step>();
  const wasMoved = new Map<string, () => boolean>();
  let youngest = -Infinity;
  const add = (path: string): void => {
    if (steps.has(path) || isOrHolds(path, root)) return;
    add(dirname(path));
    const stats = entryAt(path);
    steps.set(path, stepOf(stats));
    if (stats === undefined) return;
    youngest = Math.max(youngest, stats.ctimeMs);
    const target = stats.isSymbolicLink() ? targetOf(path) : undefined;
    if (target !== undefined) add(target);
  };
  return {
    add,
    get youngest() {
      return youngest;
    },
    get steps() {
      return [...steps];
    },
    watch(moves) {
      for (const [path, { kind }] of steps) {
        if (kind !== 'folder') continue;
        moves.watch(path);
        const before = moves.countOf(path);
        wasMoved.set(path, () => moves.countOf(path) !== before);
      }
    },
    firstChange() {
      for (const [path, step] of steps)
        if (!isAsBefore(step, entryAt(path)) || wasMoved.get(path)?.() === true) return path;
      return undefined;
    },
  };
}

export type Steps = readonly (readonly [path: string, step: Step])[];

/** Whether they look so now, in another run: disks may have been given other numbers by then. */
export const waysHold = (steps: Steps): boolean =>
  steps.every(([path, step]) => {
    const now = entryAt(path);
    return isAsBefore(step.kind === 'folder' && now !== undefined ? { ...step, device: now.dev } : step, now);
  });

type Step =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'folder'; readonly device: number; readonly inode: number; readonly changed: number }
  | { readonly kind: 'file or link'; readonly stamp: string };

function stepOf(stats: Stats | undefined): Step {
  if (stats === undefined) return { kind: 'nothing' };
  const { dev, ino, ctimeMs } = stats;
  if (stats.isDirectory()) return { kind: 'folder', device: dev, inode: ino, changed: ctimeMs };
  return { kind: 'file or link', stamp: stampOf(stats) };
}

/** A name that comes or goes gives a folder the same mtime and ctime, and is none of the way's. To be renamed changes its ctime alone. */
function isAsBefore(step: Step, now: Stats | undefined): boolean {
  if (step.kind === 'nothing' || now === undefined) return step.kind === 'nothing' && now === undefined;
  if (step.kind === 'file or link') return !now.isDirectory() && stampOf(now) === step.stamp;
  const isSame = now.isDirectory() && now.ino === step.inode && now.dev === step.device;
  return isSame && (now.ctimeMs === step.changed || now.ctimeMs === now.mtimeMs);
}

/** Absolute; undefined where the link has gone meanwhile, or is in a ring. */
function targetOf(link: string): string | undefined {
  try {
    return resolve(realpathSync(dirname(link)), readlinkSync(link));
  } catch {
    return undefined;
  }
}

const isOrHolds = (path: string, root: string): boolean =>
  path === root || path === '/' || root.startsWith(`${path}/`);

/** Not followed; undefined for what is not there or cannot be looked at. */
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
