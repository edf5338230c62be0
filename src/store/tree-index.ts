/**
 * Digests of files and folders that cost stats alone when nothing has changed.
 *
 * For each tree the index keeps every file's stamp and digest, and at its head a fingerprint of all stamps: when that
 * is as before, nothing else of the index is read. An index that is lost or damaged costs time and never a result.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Digest } from '../graph/node.ts';
import { openContentHasher, type Content, type ContentHasher } from './content.ts';
import { digestFile } from './file-digest.ts';
import type { ManifestFile } from './manifest.ts';
import { isSettled, walk, type Stamp, type Walked, type WalkOptions } from './walk.ts';

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
  const index = indexOf(options);
  if (index !== undefined && index.fingerprint === (await fingerprintOf(root, options))) return index.digest;
  const hasher = openContentHasher();
  return digestFiles(root, index, options, hasher);
}

/** As `digestTree`, with the digest of every file. */
export async function readTree(root: string, options: TreeOptions): Promise<Content> {
  const files: ManifestFile[] = [];
  const emptyFolders: string[] = [];
  const hasher = openContentHasher();
  await digestFiles(root, indexOf(options), options, {
    ...hasher,
    addFile(file) {
      files.push(file);
      hasher.addFile(file);
    },
    addEmptyFolder(path) {
      emptyFolders.push(path);
      hasher.addEmptyFolder(path);
    },
  });
  return { files, emptyFolders };
}

/** Whether the index is of a tree with this digest. */
export function isIndexOf(indexFile: string, digest: Digest): boolean {
  return readIndex(indexFile)?.digest === digest;
}

/** The digests of the files of a tree with this digest, by path; undefined where the index is of another. */
export function listingIn(indexFile: string, digest: Digest): ReadonlyMap<string, Digest> | undefined {
  const index = readIndex(indexFile);
  if (index?.digest !== digest) return undefined;
  return new Map([...index.digests()].map(([path, file]) => [path, file.digest]));
}

function indexOf({ indexFile, afresh }: TreeOptions): Index | undefined {
  return indexFile === undefined || afresh === true ? undefined : readIndex(indexFile);
}

/** Of all paths and stamps. Nothing is kept of a tree that is unchanged: most of them are. */
async function fingerprintOf(root: string, options: TreeOptions): Promise<string> {
  const fingerprint = createHash('sha256');
  let count = 0;
  for (const entry of walk(root, options)) {
    fingerprint.update(fingerprintLine(entry));
    if (++count % 4096 === 0) await pause(options.signal);
  }
  return fingerprint.digest('hex');
}

const fingerprintLine = (entry: Walked): string =>
  `${entry.path}\0${entry.kind === 'file' ? entry.stamp : ''}\n`;

async function digestFiles(
  root: string,
  index: Index | undefined,
  options: TreeOptions,
  hasher: ContentHasher,
): Promise<Digest> {
  // Files last touched at this time or later could change again without showing it.
  const settledBefore = options.settled === true ? endOfTime : BigInt(Date.now()) * 1_000_000n;
  const known = index?.digests() ?? new Map<string, KnownFile>();
  const fingerprint = createHash('sha256');
  const lines: string[] = [];
  let allSettled = true;
  let count = 0;
  for (const entry of walk(root, options)) {
    fingerprint.update(fingerprintLine(entry));
    if (entry.kind === 'empty-folder') {
      hasher.addEmptyFolder(entry.path);
      continue;
    }
    if (++count % 256 === 0) await pause(options.signal);
    const { path, size, stamp } = entry;
    const before = known.get(path);
    const digest = before?.stamp === stamp ? before.digest : await digestFile(entry, options.signal);
    hasher.addFile({ path, size, digest });
    const settled = isSettled(entry, settledBefore);
    lines.push(`${digest} ${settled ? stamp : young}\t${JSON.stringify(path)}`);
    allSettled &&= settled;
  }
  const head: IndexHead = {
    fingerprint: allSettled ? fingerprint.digest('hex') : null,
    digest: hasher.digest(),
  };
  if (options.indexFile !== undefined)
    writeIndex(options.indexFile, [JSON.stringify(head), ...lines].join('\n'));
  return head.digest;
}

const endOfTime = 1n << 80n;
/** In place of a stamp that cannot be trusted: no file has it. */
const young = 'young';

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
    const head = JSON.parse(firstLine(file)) as IndexHead;
    return { ...head, digests: () => knownFiles(readFileSync(file, 'utf8')) };
  } catch {
    return undefined;
  }
}

/** The rest of the file is as long as the tree has files. */
function firstLine(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(512);
    const text = start.toString('utf8', 0, readSync(descriptor, start));
    return text.split('\n', 1)[0] as string;
  } finally {
    closeSync(descriptor);
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
