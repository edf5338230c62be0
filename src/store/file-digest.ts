/** SHA-256 of files' bytes, read in blocks, with a guard against a file that changes under the reader. */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { FailureError } from '../failure.ts';
import { isAlike, stampAt } from './stamp.ts';

/** Files to be digested, which several threads may share: each takes the next that none has taken. */
export interface DigestTask {
  /** Their rows in the columns below. */
  readonly which: Int32Array;
  /** Absolute; of the nth of them. */
  readonly pathOf: (n: number) => string;
  /** How each looked when it was listed. */
  readonly stamps: Float64Array;
  /** Takes the digest of each, 64 hexadecimal digits. */
  readonly digests: Uint8Array;
  /** The number of files taken, and whether all are to stop. */
  readonly taken: Int32Array;
}

/** Takes files until none is left. A `FailureError` for one that cannot be read or no longer looks as it did. */
export async function digestShare(task: DigestTask, signal?: AbortSignal): Promise<void> {
  const { which, pathOf, stamps, digests, taken } = task;
  const written = Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength);
  try {
    for (let turn = 1; ; turn++) {
      const n = Atomics.add(taken, 0, 1);
      if (n >= which.length) return;
      const row = which[n] as number;
      const file = { path: pathOf(n), stamp: stampAt(stamps, row) };
      const isSmall = sizeIn(file) < blockBytes;
      const digest = isSmall ? digestSmallFile(file) : await digestLargeFile(file, task, signal);
      written.write(digest, digest.length * row, 'latin1');
      if (turn % 64 !== 0) continue;
      await nextTurn();
      signal?.throwIfAborted();
    }
  } catch (error) {
    // The other threads need not go on.
    stopAll(task);
    throw error;
  }
}

/** What a thread throws when another has told all to stop. */
export const stopped = new Error('another thread has failed, or the run was interrupted');

/** No thread takes another file, or goes on with a large one. */
export function stopAll({ which, taken }: Pick<DigestTask, 'which' | 'taken'>): void {
  Atomics.store(taken, 0, which.length);
  Atomics.store(taken, 1, 1);
}

const isStopped = ({ taken }: DigestTask): boolean => Atomics.load(taken, 1) === 1;

interface File {
  readonly path: string;
  readonly stamp: Float64Array;
}

const sizeIn = ({ stamp: [size = 0] }: File): number => size;

const blockBytes = 1 << 20;
const small = Buffer.allocUnsafe(blockBytes);

/** One synchronous read: most files of a data set are small, and opening them is what costs. */
function digestSmallFile(file: File): string {
  const { path, stamp } = file;
  const size = sizeIn(file);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    // A byte more than there should be: less comes at the end of the file alone. Kernel files have bytes where size is none.
    const room = size === 0 ? blockBytes : size + 1;
    let length = 0;
    for (let count = 1; count > 0 && length < room;) {
      count = readSync(descriptor, small, length, room - length, length);
      length += count;
      if (length === size) break;
    }
    if (!isAlike(fstatSync(descriptor), stamp, 0)) throw changed(path);
    return hash('sha256', small.subarray(0, length), 'hex');
  } catch (error) {
    throw error instanceof FailureError ? error : unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

async function digestLargeFile(
  { path, stamp }: File,
  task: DigestTask,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    await using handle = await open(path);
    const hasher = createHash('sha256');
    // The next block is read while this one is digested.
    const blocks = [Buffer.allocUnsafe(4 * blockBytes), Buffer.allocUnsafe(4 * blockBytes)] as const;
    let reading = handle.read(blocks[0], 0, blocks[0].length);
    for (let turn = 1; ; turn++) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) break;
      signal?.throwIfAborted();
      if (isStopped(task)) throw stopped;
      const next = blocks[turn % 2 === 0 ? 0 : 1];
      reading = handle.read(next, 0, next.length);
      hasher.update(buffer.subarray(0, bytesRead));
    }
    if (!isAlike(await handle.stat(), stamp, 0)) throw changed(path);
    return hasher.digest('hex');
  } catch (error) {
    if (error instanceof FailureError || error === stopped || signal?.aborted === true) throw error;
    throw unreadable(path, error);
  }
}

const changed = (place: string): FailureError =>
  new FailureError({
    code: 'FILE_CHANGED_WHILE_READ',
    message: 'changed while it was read',
    place,
    remedy: 'run again when nothing writes to it any more',
  });

const unreadable = (place: string, error: unknown): FailureError =>
  new FailureError({
    code: 'INPUT_UNREADABLE',
    message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    place,
    remedy: 'check that it exists and that you may read it',
  });
