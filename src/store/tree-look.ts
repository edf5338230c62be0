/** Looks at a tree: which of its files have to be read to know its digest. */
import { lstatSync, statSync } from 'node:fs';

import { absolutePath } from './look-share.ts';
import { isExecutable } from './permissions.ts';
import { isAlike, isSettled, putStamp, stampAt } from './stamp.ts';
import { isFolder, openColumns, type TreeTable } from './tree-table.ts';
import { unlikeRows } from './unlike-rows.ts';
import type { WalkOptions } from './walk.ts';

/** A tree as it looks, with those digests that are known. Whoever asked for it may complete it in place. */
export interface TreeLook extends Omit<TreeTable, 'digest'> {
  /** Which have to be read. */
  readonly unknown: readonly number[];
  /** What was touched so shortly before that a further change might not show. */
  readonly unsettled: readonly number[];
}

export interface LookOptions extends WalkOptions {
  /** Milliseconds since 1970: what was touched then or later could change again without showing it. */
  readonly settledBefore: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * By the stamps alone: nothing is listed or sorted, for a folder's own stamp tells that no name in it has come or gone. Undefined
 * where one has, or may have.
 */
export async function lookAgain(
  before: TreeTable,
  root: string,
  { links, only, settledBefore, signal }: LookOptions,
): Promise<TreeLook | undefined> {
  const { paths } = before;
  if (only !== undefined && !isAsListed(paths, only)) return undefined;
  const look = links === 'follow' ? statSync : lstatSync;
  const unknown: number[] = [];
  const unsettled: number[] = [];
  let { stamps, digests } = before;
  const executables = new Set(before.executables);
  try {
    for (let i = 0; i < paths.length; i++) {
      if (!isFolder(before, i)) continue;
      const stats = look(absolutePath(root, paths[i] as string), orNothing);
      if (stats === undefined || !isAlike(stats, stamps, i)) return undefined;
    }
    for (const i of await unlikeRows(before, root, { links, trustsAll: false, signal })) {
      const path = paths[i] as string;
      // Looked at once more: what it looks like now is told by a stamp alone.
      const stats = look(absolutePath(root, path), orNothing);
      // Named one by one, what was a file may be a link by now.
      if (stats?.isFile() !== true || isFolder(before, i) || only !== undefined) return undefined;
      if (unknown.length === 0) ({ stamps, digests } = copyOf(before));
      putStamp(stamps, i, stats);
      if (isExecutable(stats)) executables.add(path);
      else executables.delete(path);
      unknown.push(i);
      if (!isSettled(stats, settledBefore)) unsettled.push(i);
    }
    return { ...before, stamps, digests, executables: [...executables], unknown, unsettled };
  } catch {
    signal?.throwIfAborted();
    // What cannot be looked at: the walk says so.
    return undefined;
  }
}

/**
 * Looks at a tree, or a part of it, by the stamps alone, trusted or not: the first path, relative to the root, that does not look
 * as it did.
 */
export async function firstChange(
  before: TreeTable,
  root: string,
  {
    links,
    part,
    signal,
  }: Pick<WalkOptions, 'links'> & { readonly part?: string; readonly signal?: AbortSignal },
): Promise<string | undefined> {
  const rows =
    part === undefined ? before : rowsOf(before, (path) => isOnTheWay(path, part) || isWithin(path, part));
  const [first] = await unlikeRows(rows, root, { links, trustsAll: true, signal });
  return first === undefined ? undefined : rows.paths[first];
}

const isWithin = (path: string, part: string): boolean => path === part || path.startsWith(`${part}/`);

/** Whether it is a folder that the part stands in. */
const isOnTheWay = (path: string, part: string): boolean =>
  path === '' || (path.endsWith('/') && part.startsWith(path));

function rowsOf(
  { paths, stamps }: TreeTable,
  isChosen: (path: string) => boolean,
): Pick<TreeTable, 'paths' | 'stamps'> {
  const chosen = [...paths.keys()].filter((i) => isChosen(paths[i] as string));
  return {
    paths: chosen.map((i) => paths[i] as string),
    stamps: Float64Array.from(chosen.flatMap((i) => [...stampAt(stamps, i)])),
  };
}

function copyOf(table: TreeTable): Pick<TreeTable, 'stamps' | 'digests'> {
  const columns = openColumns(table.paths.length);
  columns.stamps.set(table.stamps);
  columns.digests.set(table.digests);
  return columns;
}

const orNothing = { throwIfNoEntry: false } as const;

const isAsListed = (paths: readonly string[], only: readonly string[]): boolean =>
  paths.length === only.length && paths.every((path, i) => path === only[i]);
