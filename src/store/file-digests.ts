/** Digests of many files, in several threads where there are enough of them to pay for those. */
import type { Worker } from 'node:worker_threads';

import { FailureError } from '../failure.ts';
import { digestShare, stopAll, stopped } from './file-digest.ts';
import type { ShareDone, SharedDigestTask } from './file-worker.ts';
import { stampLength } from './stamp.ts';
import { openThreads, threadsAtOnce } from './threads.ts';

export interface FilesToDigest {
  /** What comes before each path. */
  readonly root: string;
  readonly paths: readonly string[];
  /** How each looks. */
  readonly stamps: Float64Array;
  /** Takes the digests. */
  readonly digests: Buffer;
  /** Which of them. */
  readonly which: readonly number[];
}

/** Throws a `FailureError` where a file cannot be read or changed meanwhile. */
export async function digestFiles(files: FilesToDigest, signal?: AbortSignal): Promise<void> {
  const { root, paths, which } = files;
  const begun = beginDigests(files);
  if (begun !== undefined) return begun.finish(signal);
  const pathOf = (n: number): string => root + (paths[which[n] as number] as string);
  const taken = new Int32Array(2);
  return digestShare({ ...files, which: Int32Array.from(which), pathOf, taken }, signal);
}

export interface BegunDigests {
  /** Helps the other threads. As `digestFiles`. */
  finish(signal?: AbortSignal): Promise<void>;
  /** Nobody wants them any more. */
  stop(): void;
}

/** Has other threads begin while the caller does something else; undefined where the files do not pay for threads, or there are none. */
export function beginDigests(files: FilesToDigest): BegunDigests | undefined {
  const { root, paths, digests, which } = files;
  // How many threads there can be is asked last: that takes as long as a small file.
  if (which.length < 2 || costOf(files) < 5e6 || threadsAtOnce() < 2) return undefined;
  const task = {
    kind: 'digest' as const,
    stamps: new Float64Array(sharedMemory(files.stamps)),
    digests: new Uint8Array(sharedMemory(digests)),
    which: new Int32Array(sharedMemory(Int32Array.from(which))),
    taken: new Int32Array(new SharedArrayBuffer(8)),
  };
  const shared = { ...task, ...namesOf(files), root, id: ++lastTask };
  const others = openThreads().then((threads) => Promise.all(threads.map((worker) => ask(worker, shared))));
  // `finish` says why.
  others.catch(() => {});
  const stop = (): void => stopAll(task);
  const pathOf = (n: number): string => root + (paths[which[n] as number] as string);
  return {
    stop,
    async finish(signal) {
      signal?.addEventListener('abort', stop, { once: true });
      try {
        const own = digestShare({ ...task, pathOf }, signal).catch((error: unknown) => {
          // The thread that failed says why.
          if (error !== stopped) throw error;
        });
        await Promise.all([others, own]);
      } finally {
        signal?.removeEventListener('abort', stop);
      }
      signal?.throwIfAborted();
      if (task.digests.buffer !== digests.buffer) digests.set(task.digests);
    },
  };
}

/** That of the column itself where it is shared already. */
function sharedMemory(column: Float64Array | Int32Array | Buffer): SharedArrayBuffer {
  if (column.buffer instanceof SharedArrayBuffer) return column.buffer;
  const memory = new SharedArrayBuffer(column.byteLength);
  new Uint8Array(memory).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return memory;
}

/** One behind the other, and where each ends: a list of texts would be copied to every thread. */
function namesOf({ paths, which }: FilesToDigest): Pick<SharedDigestTask, 'names' | 'ends'> {
  const text = Buffer.from(which.map((i) => paths[i] as string).join('\0'));
  const ends = new Int32Array(new SharedArrayBuffer(4 * which.length));
  let end = -1;
  for (let n = 0; n < which.length - 1; n++) ends[n] = end = text.indexOf(0, end + 1);
  ends[which.length - 1] = text.length;
  return { names: new Uint8Array(sharedMemory(text)), ends };
}

/** About the bytes that would take as long. */
const costOf = ({ stamps, which }: FilesToDigest): number =>
  which.reduce((sum, i) => sum + 1e4 + (stamps[stampLength * i] as number), 0);

let lastTask = 0;

function ask(worker: Worker, task: SharedDigestTask): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', hear);
      worker.off('error', fail);
      // A thread that nobody waits for keeps no process alive.
      if (worker.listenerCount('message') === 0) worker.unref();
      then();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const hear = ({ id, failure }: ShareDone): void => {
      if (id !== task.id) return;
      settle(() => {
        if (failure === null) resolve();
        else reject(new FailureError(failure));
      });
    };
    worker.on('message', hear);
    worker.on('error', fail);
    worker.ref();
    worker.postMessage(task, []);
  });
}
