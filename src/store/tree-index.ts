/**
 * Digests of files and folders that cost stats alone when nothing has changed.
 *
 * For each tree the index keeps every file's stamp and digest, and at its head a fingerprint of all stamps: when that
 * is as before, nothing else of the index is read. An index that is lost or damaged costs time and never a result.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Digest } from '../graph/node.ts';
import { contentDigest, type Content } from './content.ts';
import { digestFile } from './file-digest.ts';
import type { ManifestFile } from './manifest.ts';
import { walk, type Stamp, type Walked, type WalkedFile, type WalkOptions } from './walk.ts';

export interface TreeOptions extends WalkOptions {
  /** Where the index of this tree is kept; without one every byte is read. */
  readonly indexFile?: string;
  /**
   * The stamp of a file touched within the clock's granularity would not tell of a second change in the same tick: it
   * is not kept, unless the caller knows that nobody writes to the tree any more.
   */
  readonly settled?: boolean;
  /** Read every byte, whatever the index says, and keep what comes out. */
  readonly afresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Of a file or a folder. Throws a `FailureError` for what cannot be read or changes meanwhile. */
export async function digestTree(root: string, options: TreeOptions): Promise<Digest> {
  const tree = await listTree(root, options);
  const index = indexOf(options);
  if (index?.fingerprint === tree.fingerprint) return index.digest;
  return contentDigest(await digestFiles(tree, index, options));
}

/** As `digestTree`, with the digest of every file. */
export async function readTree(root: string, options: TreeOptions): Promise<Content> {
  const index = indexOf(options);
  return digestFiles(await listTree(root, options), index, options);
}

function indexOf({ indexFile, afresh }: TreeOptions): Index | undefined {
  return indexFile === undefined || afresh === true ? undefined : readIndex(indexFile);
}

interface Tree {
  readonly entries: readonly Walked[];
  /** Of all paths and stamps. */
  readonly fingerprint: string;
  /** Files last touched at this time or later (ns since 1970) could change again without showing it. */
  readonly settledBefore: bigint;
}

async function listTree(root: string, options: TreeOptions): Promise<Tree> {
  const settledBefore = options.settled === true ? undefined : BigInt(Date.now()) * 1_000_000n;
  const hash = createHash('sha256');
  const entries: Walked[] = [];
  for (const entry of walk(root, options)) {
    entries.push(entry);
    hash.update(`${entry.path}\0${entry.kind === 'file' ? entry.stamp : ''}\n`);
    if (entries.length % 4096 === 0) await pause(options.signal);
  }
  return { entries, fingerprint: hash.digest('hex'), settledBefore: settledBefore ?? endOfTime };
}

async function digestFiles(tree: Tree, index: Index | undefined, options: TreeOptions): Promise<Content> {
  const known = index?.digests() ?? new Map<string, KnownFile>();
  const files: ManifestFile[] = [];
  const emptyFolders: string[] = [];
  let lines = '';
  let allSettled = true;
  let read = 0;
  for (const entry of tree.entries) {
    if (entry.kind === 'empty-folder') {
      emptyFolders.push(entry.path);
      continue;
    }
    const { path, size, stamp } = entry;
    const before = known.get(path);
    const digest = before?.stamp === stamp ? before.digest : await digestFile(entry, options.signal);
    if (before?.stamp !== stamp && ++read % 256 === 0) await pause(options.signal);
    files.push({ path, size, digest });
    if (isSettled(entry, tree.settledBefore)) lines += `${digest} ${stamp}\t${JSON.stringify(path)}\n`;
    else allSettled = false;
  }
  const content = { files, emptyFolders };
  const head: IndexHead = {
    fingerprint: allSettled ? tree.fingerprint : null,
    digest: contentDigest(content),
  };
  if (options.indexFile !== undefined) writeIndex(options.indexFile, `${JSON.stringify(head)}\n${lines}`);
  return content;
}

/** 20 ms are more than a tick of any Linux clock; file systems that keep whole seconds (FAT: two of them) get 2 s. */
function isSettled({ touched }: WalkedFile, settledBefore: bigint): boolean {
  const granularity = touched % 1_000_000_000n === 0n ? 2_000_000_000n : 20_000_000n;
  return touched + granularity < settledBefore;
}

const endOfTime = 1n << 80n;

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}

interface IndexHead {
  /** Null when some file was too young to trust its stamp. */
  readonly fingerprint: string | null;
  readonly digest: Digest;
}

interface Index extends IndexHead {
  digests(): Map<string, KnownFile>;
}

interface KnownFile {
  readonly stamp: Stamp;
  readonly digest: Digest;
}

function readIndex(file: string): Index | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const endOfHead = text.indexOf('\n');
    const head = JSON.parse(text.slice(0, endOfHead)) as IndexHead;
    return { ...head, digests: () => knownFiles(text.slice(endOfHead + 1)) };
  } catch {
    return undefined;
  }
}

function knownFiles(lines: string): Map<string, KnownFile> {
  const known = new Map<string, KnownFile>();
  for (const line of lines.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const path = JSON.parse(line.slice(tab + 1)) as string;
    known.set(path, { digest: line.slice(0, 64) as Digest, stamp: line.slice(65, tab) });
  }
  return known;
}

function writeIndex(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch {
    // A store that cannot be written can still be read; the next run hashes again.
  }
}
