/** Looks at all of a tree and reads what is not known of it. */
import type { Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { compareCodePoints } from '../graph/encoding.ts';
import { contentDigest } from './content.ts';
import { beginDigests, digestFiles, type BegunDigests } from './file-digests.ts';
import { isExecutable } from './permissions.ts';
import { distrust, isAlike, isSettled, putStamp, stampLength } from './stamp.ts';
import type { LookOptions, TreeLook } from './tree-look.ts';
import {
  copyDigest,
  digestLength,
  emptyFoldersIn,
  filesIn,
  openColumns,
  type TreeTable,
} from './tree-table.ts';
import { walk } from './walk.ts';

/**
 * By a walk. A file that still looks as it did in one of the tables has the digest that stands there; of many others the reading
 * begins while the walk goes on.
 */
export async function readByWalk(
  tables: readonly (() => TreeTable | undefined)[],
  root: string,
  options: LookOptions,
): Promise<TreeTable> {
  const blocks: Block[] = [];
  try {
    return await readUnknown(await lookAtAll(tables, root, options, blocks), root, options.signal);
  } catch (error) {
    for (const { begun } of blocks) begun?.stop();
    throw error;
  }
}

/** Some paths in the order of the walk. */
interface Block {
  readonly stamps: Float64Array;
  digests?: Buffer;
  begun?: BegunDigests | undefined;
}

/** What is read of a block already is not unknown any more. */
async function lookAtAll(
  tables: readonly (() => TreeTable | undefined)[],
  root: string,
  options: LookOptions,
  blocks: Block[],
): Promise<TreeLook> {
  const memories = tables.map(openMemory);
  const paths: string[] = [];
  const unknown: number[] = [];
  const unsettled: number[] = [];
  const links: string[] = [];
  const executables: string[] = [];
  let isFile = false;
  let unknownBefore = 0;
  for (const { kind, path, stats, isLink } of walk(root, options)) {
    const i = paths.length;
    const inBlock = i % someFiles;
    if (inBlock === 0) blocks.push({ stamps: new Float64Array(stampLength * someFiles) });
    const block = blocks.at(-1) as Block;
    paths.push(path);
    if (isLink) links.push(path);
    putStamp(block.stamps, inBlock, stats);
    if (!isSettled(stats, options.settledBefore)) unsettled.push(i);
    if (kind === 'file') {
      if (path === '') isFile = true;
      if (isExecutable(stats)) executables.push(path);
      if (!memories.some((memory) => memory.recalls(i, path, stats))) unknown.push(i);
    }
    if (inBlock < someFiles - 1) continue;
    if (begin(block, root, paths.slice(-someFiles), unknown.slice(unknownBefore)))
      unknown.length = unknownBefore;
    unknownBefore = unknown.length;
    await pause(options.signal);
  }
  const { stamps, digests } = openColumns(paths.length);
  for (const [n, block] of blocks.entries()) {
    const rest = stamps.subarray(stampLength * someFiles * n);
    rest.set(block.stamps.subarray(0, rest.length));
  }
  for (const [n, { begun, digests: own }] of blocks.entries()) {
    await begun?.finish(options.signal);
    own?.copy(digests, digestLength * someFiles * n);
  }
  for (const memory of memories) memory.tell(digests);
  return { paths, isFile, links, executables, stamps, digests, unknown, unsettled };
}

/** Whether other threads read those rows of the block from now on. */
function begin(block: Block, root: string, paths: readonly string[], rows: readonly number[]): boolean {
  const digests = Buffer.from(new SharedArrayBuffer(digestLength * someFiles));
  const which = rows.map((row) => row % someFiles);
  block.begun = beginDigests({ root: `${root}/`, paths, stamps: block.stamps, digests, which });
  if (block.begun !== undefined) block.digests = digests;
  return block.begun !== undefined;
}

/** Completes the look in place. */
export async function readUnknown(
  look: TreeLook,
  root: string,
  signal: AbortSignal | undefined,
): Promise<TreeTable> {
  const { paths, isFile, links, executables, stamps, digests, unknown, unsettled } = look;
  const files = { root: isFile ? root : `${root}/`, paths, stamps, digests, which: unknown };
  await digestFiles(files, signal);
  for (const i of unsettled) distrust(stamps, i);
  const tree = { paths, isFile, links, executables, stamps, digests };
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
