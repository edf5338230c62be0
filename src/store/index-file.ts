/**
 * The file that keeps the stamps and digests of a tree: a head of fixed length, then a line for each file in the order of
 * the walk, so that it can be read beside a walk without being held as a whole in any other form.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';
import type { Stamp } from './walk.ts';

export interface IndexHead {
  /** Whether every file has a line; those that were too young to trust their stamps have none. */
  readonly complete: boolean;
  /** Of the whole tree. */
  readonly digest: Digest;
}

/** A file; or an empty folder, which has neither stamp nor digest. */
export interface KnownFile {
  readonly path: string;
  readonly stamp: Stamp;
  readonly digest: Digest;
}

const headBytes = 256;

/** The head alone: the rest of the file is as long as the tree has files. Undefined where there is no index. */
export function readHead(file: string): IndexHead | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const start = Buffer.alloc(headBytes);
      const text = start.toString('utf8', 0, readSync(descriptor, start));
      return JSON.parse(text.split('\n', 1)[0] as string) as IndexHead;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** Every file, in the order of the walk. A line that is damaged is left out. */
export function* knownFiles(file: string): Generator<KnownFile> {
  let isHead = true;
  for (const line of linesOf(file)) {
    const found = isHead ? undefined : fileIn(line);
    isHead = false;
    if (found !== undefined) yield found;
  }
}

function fileIn(line: string): KnownFile | undefined {
  const tab = line.indexOf('\t');
  const path = tab < 65 ? undefined : pathIn(line.slice(tab + 1));
  return path === undefined
    ? undefined
    : { path, digest: line.slice(0, 64) as Digest, stamp: line.slice(65, tab) };
}

/**
 * The lines of two indexes of a tree without those that both begin and both end with: most of a large tree stays as it was.
 * `common` counts the files left out. Throws where an index cannot be read.
 */
export function differingFiles(
  before: string,
  after: string,
): { readonly before: readonly KnownFile[]; readonly after: readonly KnownFile[]; readonly common: number } {
  const [a, b] = [before, after].map((file) => readFileSync(file).subarray(headBytes)) as [Buffer, Buffer];
  const start = a.subarray(0, commonStart(a, b)).lastIndexOf(newLine) + 1;
  const [restA, restB] = [a.subarray(start), b.subarray(start)];
  const end = commonEnd(restA, restB);
  const filesIn = (rest: Buffer): readonly KnownFile[] =>
    rest
      .toString('utf8', 0, rest.length - end)
      .split('\n')
      .flatMap((line) => fileIn(line) ?? []);
  const common = countFiles(a.subarray(0, start)) + countFiles(restA.subarray(restA.length - end));
  return { before: filesIn(restA), after: filesIn(restB), common };
}

const newLine = 10;
const stride = 1 << 16;

/** Bytes that both begin with. */
function commonStart(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + stride <= most && a.compare(b, at, at + stride, at, at + stride) === 0) at += stride;
  while (at < most && a[at] === b[at]) at++;
  return at;
}

/** Bytes of whole lines that both end with. */
function commonEnd(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let size = 0;
  const isAlike = (from: number, to: number): boolean =>
    a.compare(b, b.length - to, b.length - from, a.length - to, a.length - from) === 0;
  while (size + stride <= most && isAlike(size, size + stride)) size += stride;
  while (size < most && a[a.length - size - 1] === b[b.length - size - 1]) size++;
  const isWhole = [a, b].every((lines) => size === lines.length || lines.at(-size - 1) === newLine);
  if (isWhole) return size;
  const line = a.indexOf(newLine, a.length - size);
  return line === -1 ? 0 : a.length - line - 1;
}

/** A line that has `-` for its stamp is of an empty folder. */
function countFiles(lines: Buffer): number {
  let files = 0;
  for (let start = 0, end = 0; (end = lines.indexOf(newLine, start)) >= 0; start = end + 1)
    if (lines[start + 65] !== 0x2d) files++;
  return files;
}

/** Of a file that may be long; none where it cannot be read. */
function* linesOf(file: string): Generator<string> {
  const descriptor = opened(file);
  if (descriptor === undefined) return;
  try {
    // Most indexes are of an artifact with a file or two.
    const block = Buffer.allocUnsafe(Math.min(1 << 20, fstatSync(descriptor).size + 1));
    for (let kept = 0; ;) {
      const count = readSync(descriptor, block, kept, block.length - kept, null);
      const end = kept + count;
      const filled = block.subarray(0, end);
      let start = 0;
      for (let at; (at = filled.indexOf(10, start)) >= 0; start = at + 1)
        yield filled.toString('utf8', start, at);
      // A line longer than a block is none of ours.
      if (count === 0 || (start === 0 && end === block.length)) return;
      block.copyWithin(0, start, end);
      kept = end - start;
    }
  } finally {
    closeSync(descriptor);
  }
}

function pathIn(text: string): string | undefined {
  try {
    return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
  } catch {
    return undefined;
  }
}

/** The lines of an index beside a walk: both are in the same order. */
export interface IndexCursor {
  /** The next line as it comes; undefined at the end. */
  next(): KnownFile | undefined;
  /** The line of that path, if there is one; paths are asked for in the order of the walk. */
  find(path: string): KnownFile | undefined;
  close(): void;
}

export function openCursor(file: string | undefined): IndexCursor {
  const files = file === undefined ? undefined : knownFiles(file);
  const following = (): KnownFile | undefined => files?.next().value ?? undefined;
  let line = following();
  return {
    next() {
      const found = line;
      if (found !== undefined) line = following();
      return found;
    },
    find(path) {
      while (line !== undefined && compareCodePoints(line.path, path) < 0) line = following();
      return line?.path === path ? line : undefined;
    },
    close: () => void files?.return(undefined),
  };
}

export interface IndexWriter {
  add(file: KnownFile): void;
  /** Returns what puts it in its place. */
  finish(head: IndexHead): () => void;
  /** Takes away what was written. */
  abandon(): void;
}

let writers = 0;

/** A store that cannot be written can still be read; the next run hashes again. */
export function writeIndex(file: string): IndexWriter {
  // Two nodes of a run may look at the same tree at the same time.
  const temporary = `${file}.${process.pid}-${writers++}`;
  let descriptor: number | undefined;
  let isLost = false;
  let lines: string[] = [];
  const attempt = (work: () => void): void => {
    if (isLost) return;
    try {
      work();
    } catch {
      isLost = true;
      if (descriptor !== undefined) closeSync(descriptor);
      rmSync(temporary, { force: true });
    }
  };
  const flush = (): void => {
    attempt(() => {
      descriptor ??= create(temporary);
      writeSync(descriptor, lines.join(''));
    });
    lines = [];
  };
  lines.push(headText(undefined));
  return {
    add({ path, stamp, digest }) {
      lines.push(`${digest} ${stamp}\t${JSON.stringify(path)}\n`);
      if (lines.length === 4096) flush();
    },
    finish(head) {
      if (descriptor === undefined) lines[0] = headText(head);
      else attempt(() => writeSync(descriptor as number, JSON.stringify(head), 0));
      flush();
      attempt(() => {
        closeSync(descriptor as number);
        descriptor = undefined;
      });
      return () => attempt(() => renameSync(temporary, file));
    },
    abandon() {
      attempt(() => {
        throw new Error('abandoned');
      });
    },
  };
}

const headText = (head: IndexHead | undefined): string =>
  `${(head === undefined ? '' : JSON.stringify(head)).padEnd(headBytes - 1)}\n`;

function create(file: string): number {
  try {
    return openSync(file, 'w');
  } catch {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  }
}

function opened(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined;
  }
}
