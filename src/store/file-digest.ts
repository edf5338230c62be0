/** SHA-256 of a file's bytes, read in blocks, with a guard against a file that changes under the reader. */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

import { FailureError } from '../failure.ts';
import type { Digest } from '../graph/node.ts';
import { stampOf, type WalkedFile } from './walk.ts';

const blockBytes = 1 << 20;
const small = Buffer.allocUnsafe(blockBytes);

/** What has to be known of a file to read it. */
type ReadFile = Pick<WalkedFile, 'absolute' | 'size' | 'stamp'>;

/** `file` tells how it looked when it was listed; a `FailureError` if it no longer does once it has been read. */
export async function digestFile(file: ReadFile, signal?: AbortSignal): Promise<Digest> {
  try {
    return file.size < blockBytes ? digestSmallFile(file) : await digestLargeFile(file, signal);
  } catch (error) {
    if (error instanceof FailureError || signal?.aborted === true) throw error;
    throw unreadable(file, error);
  }
}

/** One synchronous read: most files of a data set are small, and opening them is what costs. */
function digestSmallFile(file: ReadFile): Digest {
  const descriptor = openSync(file.absolute, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, small, length, blockBytes - length, length);
      length += count;
      if (count === 0 || length === blockBytes) break;
    }
    if (stampOf(fstatSync(descriptor)) !== file.stamp) throw changed(file);
    return hash('sha256', small.subarray(0, length), 'hex') as Digest;
  } finally {
    closeSync(descriptor);
  }
}

async function digestLargeFile(file: ReadFile, signal: AbortSignal | undefined): Promise<Digest> {
  const handle = await open(file.absolute);
  try {
    const hasher = createHash('sha256');
    // The next block is read while this one is digested.
    const blocks = [Buffer.allocUnsafe(4 * blockBytes), Buffer.allocUnsafe(4 * blockBytes)] as const;
    let reading = handle.read(blocks[0], 0, blocks[0].length);
    for (let turn = 1; ; turn++) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) break;
      signal?.throwIfAborted();
      const next = blocks[turn % 2 === 0 ? 0 : 1];
      reading = handle.read(next, 0, next.length);
      hasher.update(buffer.subarray(0, bytesRead));
    }
    if (stampOf(await handle.stat()) !== file.stamp) throw changed(file);
    return hasher.digest('hex') as Digest;
  } finally {
    await handle.close();
  }
}

const changed = ({ absolute }: ReadFile): FailureError =>
  new FailureError({
    code: 'FILE_CHANGED_WHILE_READ',
    message: 'changed while it was read',
    place: absolute,
    remedy: 'run again when nothing writes to it any more',
  });

const unreadable = ({ absolute }: ReadFile, error: unknown): FailureError =>
  new FailureError({
    code: 'INPUT_UNREADABLE',
    message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    place: absolute,
    remedy: 'check that it exists and that you may read it',
  });
