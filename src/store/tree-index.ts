/**
 * Digests of files and folders that cost stats alone when nothing has changed.
 *
 * For each tree an index keeps every file's stamp and digest in the order of the walk, and at its head the digest of all:
 * that is the answer when walk and index agree to the end. An index that is lost or damaged costs time and never a result.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Digest } from '../graph/node.ts';
import { openContentHasher, type Content, type ContentHasher } from './content.ts';
import { digestsOf } from './file-digests.ts';
import {
  differingFiles,
  knownFiles,
  openCursor,
  readHead,
  writeIndex,
  type IndexCursor,
  type KnownFile,
} from './index-file.ts';
import type { ManifestFile } from './manifest.ts';
import { digestByLooks, openTreeLooks, type OpenTreeLooks } from './tree-looks.ts';
import { isSettled, walk, type Walked, type WalkOptions } from './walk.ts';

export interface TreeOptions extends WalkOptions {
  /** Where the index of this tree is kept; without one every byte is read. */
  readonly indexFile?: string;
  /**
   * The stamp of a file touched within the clock's granularity would not tell of a second change in the same tick: it
   * is not kept, unless the caller knows that nobody writes to the tree any more.
   */
  readonly settled?: boolean;
  /** Is given what puts the index in its place; without it that is done at once. */
  readonly placeIndex?: (place: () => void) => void;
  /** The index of a tree that these files are part of: what it knows of them is not read again. */
  readonly others?: string;
  /** Read every byte, whatever the index says, and keep what comes out. */
  readonly afresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Of a file or a folder. Throws a `FailureError` for what cannot be read or changes meanwhile. */
export async function digestTree(root: string, options: TreeOptions): Promise<Digest> {
  const { indexFile, afresh = false, signal } = options;
  const head = indexFile === undefined || afresh ? undefined : readHead(indexFile);
  // What a walk would find, without one.
  if (head?.complete === true && indexFile !== undefined) {
    const digest = await digestByLooks(looksBeside(indexFile), root, signal);
    if (digest === head.digest) return digest;
  }
  const tree = openTree(root, options, head === undefined ? undefined : indexFile);
  if (head === undefined || indexFile === undefined)
    return digestRest(tree, options, openContentHasher(), undefined);

  // Nothing is kept of a tree while it is as before: most of them are to the end.
  let alike = 0;
  let entry = tree.entries.next().value;
  let line = tree.index.next();
  while (
    entry !== undefined &&
    line !== undefined &&
    line.path === entry.path &&
    line.stamp === stampIn(entry)
  ) {
    if (++alike % 4096 === 0) await pause(signal);
    entry = tree.entries.next().value;
    line = tree.index.next();
  }
  if (entry === undefined && line === undefined && head.complete) {
    tree.looks?.keep(looksBeside(indexFile), head.digest);
    return head.digest;
  }
  const rest = { ...tree, entries: startingWith(entry, tree.entries), index: cursorFrom(line, tree.index) };
  const hasher = openContentHasher();
  return digestRest(rest, options, hasher, { indexFile, count: alike });
}

/** As `digestTree`, with the digest of every file. */
export async function readTree(root: string, options: TreeOptions): Promise<Content> {
  const files: ManifestFile[] = [];
  const emptyFolders: string[] = [];
  const hasher = openContentHasher();
  const tree = openTree(root, options, options.afresh === true ? undefined : options.indexFile);
  const told: ContentHasher = {
    ...hasher,
    addFile(file) {
      files.push(file);
      hasher.addFile(file);
    },
    addEmptyFolder(path) {
      emptyFolders.push(path);
      hasher.addEmptyFolder(path);
    },
  };
  await digestRest(tree, options, told, undefined);
  return { files, emptyFolders };
}

/** Whether the index is of a tree with this digest. */
export function isIndexOf(indexFile: string, digest: Digest): boolean {
  return readHead(indexFile)?.digest === digest;
}

/** The digests of the files of a tree with this digest, by path; undefined where the index is of another. */
export function listingIn(indexFile: string, digest: Digest): ReadonlyMap<string, Digest> | undefined {
  if (!isIndexOf(indexFile, digest)) return undefined;
  return listed(knownFiles(indexFile));
}

export interface ListingChange {
  /** Without the files that both have alike at their beginning and end. */
  readonly before: ReadonlyMap<string, Digest>;
  readonly after: ReadonlyMap<string, Digest>;
  /** Files there are afterwards. */
  readonly total: number;
}

/** What changed between two indexes. */
export function changeOfListing(before: string, after: string): ListingChange {
  const differing = differingFiles(before, after);
  const now = listed(differing.after);
  return { before: listed(differing.before), after: now, total: differing.common + now.size };
}

const listed = (files: Iterable<KnownFile>): ReadonlyMap<string, Digest> =>
  new Map([...files].flatMap(({ path, digest, stamp }) => (stamp === noStamp ? [] : [[path, digest]])));

/** A tree as it is, beside what its index says of it. */
interface Tree {
  readonly entries: Generator<Walked>;
  readonly index: IndexCursor;
  /** What was last touched at this time or later could change again without showing it; milliseconds since 1970. */
  readonly settledBefore: number;
  /** Undefined where nothing is kept of it. */
  readonly looks: OpenTreeLooks | undefined;
}

function openTree(root: string, options: TreeOptions, indexFile: string | undefined): Tree {
  const settledBefore = options.settled === true ? Infinity : Date.now();
  const looks = options.indexFile === undefined ? undefined : openTreeLooks(settledBefore);
  const walked = walk(root, looks === undefined ? options : { ...options, looks });
  return { entries: walked, index: openCursor(indexFile), settledBefore, looks };
}

export const looksBeside = (indexFile: string): string => `${indexFile}.looks`;

/** Of an empty folder, in an index. */
const noStamp = '-';
const noDigest = '0'.repeat(64) as Digest;

const stampIn = (entry: Walked): string => (entry.kind === 'file' ? entry.stamp : noStamp);

function* startingWith(first: Walked | undefined, rest: Generator<Walked>): Generator<Walked> {
  if (first !== undefined) yield first;
  yield* rest;
}

function cursorFrom(line: KnownFile | undefined, rest: IndexCursor): IndexCursor {
  return {
    next: () => rest.next(),
    find: (path) => (line?.path === path ? line : rest.find(path)),
    close: () => rest.close(),
  };
}

/** Digests what is left of a tree behind the first `count` lines of its index, which hold still. */
async function digestRest(
  { entries, index, settledBefore, looks }: Tree,
  { indexFile, others, signal, placeIndex = (place) => place() }: TreeOptions,
  hasher: ContentHasher,
  alike: { readonly indexFile: string; readonly count: number } | undefined,
): Promise<Digest> {
  const writer = indexFile === undefined ? undefined : writeIndex(indexFile);
  const add = ({ path, stamp, digest }: KnownFile): void => {
    if (stamp === noStamp) hasher.addEmptyFolder(path);
    else hasher.addFile({ path, size: Number.parseInt(stamp, 10), digest });
  };
  let complete = true;
  const wider = laterCursor(others);
  try {
    if (alike !== undefined) {
      const before = openCursor(alike.indexFile);
      for (let i = 0; i < alike.count; i++) {
        const line = before.next() as KnownFile;
        add(line);
        writer?.add(line);
      }
      before.close();
    }
    for (const block of blocksOf(entries)) {
      await pause(signal);
      const known = [index, wider];
      for (const { file, settled } of await digestBlock(block, known, settledBefore, signal)) {
        add(file);
        if (settled) writer?.add(file);
        else complete = false;
      }
    }
    const digest = hasher.digest();
    const place = writer?.finish({ complete, digest });
    if (place !== undefined) placeIndex(place);
    if (indexFile !== undefined && complete) looks?.keep(looksBeside(indexFile), digest);
    return digest;
  } catch (error) {
    writer?.abandon();
    throw error;
  } finally {
    index.close();
    wider.close();
  }
}

/** Opened when it is first asked: it may be long, and most trees are as they were. */
function laterCursor(file: string | undefined): Pick<IndexCursor, 'find' | 'close'> {
  let cursor: IndexCursor | undefined;
  return {
    find: (path) => (cursor ??= openCursor(file)).find(path),
    close: () => cursor?.close(),
  };
}

/** Files looked at together: those of them whose bytes must be read are shared between threads. */
const blockLength = 512;

async function digestBlock(
  block: readonly Walked[],
  indexes: readonly Pick<IndexCursor, 'find'>[],
  settledBefore: number,
  signal: AbortSignal | undefined,
): Promise<readonly { readonly file: KnownFile; readonly settled: boolean }[]> {
  const digests = block.map((entry) => {
    if (entry.kind === 'empty-folder') return noDigest;
    for (const index of indexes) {
      const line = index.find(entry.path);
      if (line?.stamp === entry.stamp) return line.digest;
    }
    return undefined;
  });
  const unknown = block.flatMap((entry, i) =>
    entry.kind === 'file' && digests[i] === undefined ? [entry] : [],
  );
  const read = unknown.length === 0 ? [] : await digestsOf(unknown, signal);
  let next = 0;
  return block.map((entry, i) => ({
    file: { path: entry.path, stamp: stampIn(entry), digest: digests[i] ?? (read[next++] as Digest) },
    settled: entry.kind === 'empty-folder' || isSettled(entry, settledBefore),
  }));
}

function* blocksOf(entries: Iterable<Walked>): Generator<readonly Walked[]> {
  let block: Walked[] = [];
  for (const entry of entries) {
    block.push(entry);
    if (block.length < blockLength) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}
