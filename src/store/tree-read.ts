/** Looks at all of a tree and reads what is not known of it. */
import type { Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { compareCodePoints } from '../graph/encoding.ts';
import { contentDigest } from './content.ts';
import { digestFiles, expectFiles } from './file-digests.ts';
import { distrust, isAlike, isSettled, putStamp, stampLength } from './stamp.ts';
import type { LookOptions, TreeLook } from './tree-look.ts';
import { copyDigest, emptyFoldersIn, filesIn, openColumns, type TreeTable } from './tree-table.ts';
import { walk } from './walk.ts';

/** By a walk. A file that still looks as it did in one of the tables has the digest that stands there. */
export async function lookAtAll(
  tables: readonly (() => TreeTable | undefined)[],
  root: string,
  options: LookOptions,
): Promise<TreeLook> {
  const memories = tables.map(openMemory);
  const paths: string[] = [];
  const unknown: number[] = [];
  const unsettled: number[] = [];
  const links: string[] = [];
  let isFile = false;
  const blocks: Float64Array[] = [];
  for (const { kind, path, stats, isLink } of walk(root, options)) {
    const i = paths.length;
    const inBlock = i % someFiles;
    if (inBlock === 0) blocks.push(new Float64Array(stampLength * someFiles));
    else if (inBlock === someFiles - 1) await pause(options.signal);
    paths.push(path);
    if (isLink) links.push(path);
    putStamp(blocks.at(-1) as Float64Array, inBlock, stats);
    if (!isSettled(stats, options.settledBefore)) unsettled.push(i);
    if (kind === 'folder') continue;
    if (path === '') isFile = true;
    if (!memories.some((memory) => memory.recalls(i, path, stats))) unknown.push(i);
    if (unknown.length === someFiles) expectFiles();
  }
  const { stamps, digests } = openColumns(paths.length);
  for (const [n, block] of blocks.entries()) {
    const at = stampLength * someFiles * n;
    stamps.set(block.subarray(0, stamps.length - at), at);
  }
  for (const memory of memories) memory.tell(digests);
  return { paths, isFile, links, stamps, digests, unknown, unsettled };
}

/** Completes the look in place. */
export async function readUnknown(
  look: TreeLook,
  root: string,
  signal: AbortSignal | undefined,
): Promise<TreeTable> {
  const { paths, isFile, links, stamps, digests, unknown, unsettled } = look;
  const files = { root: isFile ? root : `${root}/`, paths, stamps, digests, which: unknown };
  await digestFiles(files, signal);
  for (const i of unsettled) distrust(stamps, i);
  const tree = { paths, isFile, links, stamps, digests };
  const digest = contentDigest({ files: filesIn(tree), emptyFolders: emptyFoldersIn(tree) });
  return { ...tree, digest };
}

/** What a table has of files that are asked for in the order of the walk. It is read when it is first asked. */
function openMemory(read: () => TreeTable | undefined): {
  /** Whether the file with that place in the new look is there and looks as it did. */
  recalls(index: number, path: string, stats: Stats): boolean;
  /** The digests of all files that were recalled, to their places. */
  tell(digests: Buffer): void;
} {
  let table: TreeTable | undefined | 'not read' = 'not read';
  let at = 0;
  const recalled: number[] = [];
  return {
    recalls(index, path, stats) {
      if (table === 'not read') table = read();
      if (table === undefined) return false;
      const { paths, stamps } = table;
      while (at < paths.length && paths[at] !== path && compareCodePoints(paths[at] as string, path) < 0)
        at++;
      if (paths[at] !== path || !isAlike(stats, stamps, at)) return false;
      recalled.push(index, at);
      return true;
    },
    tell(digests) {
      if (table === 'not read' || table === undefined) return;
      for (let n = 0; n < recalled.length; n += 2)
        copyDigest(table.digests, recalled[n + 1] as number, digests, recalled[n] as number);
    },
  };
}

/** Looked at before others get a turn. */
const someFiles = 4096;

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}
