/** Digests of many files, in several threads where there are enough of them to pay for those. */
import { availableParallelism } from 'node:os';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { FailureError } from '../failure.ts';
import { digestShare } from './file-digest.ts';
import type { ShareDone, SharedTask } from './file-digest-worker.ts';
import { stampLength } from './stamp.ts';
import { digestLength } from './tree-table.ts';

export interface FilesToDigest {
  /** What comes before each path. */
  readonly root: string;
  readonly paths: readonly string[];
  /** How each looks. */
  readonly stampOf: (index: number) => Float64Array;
}

/** 64 hexadecimal digits for each. Throws a `FailureError` where one cannot be read or changed meanwhile. */
export async function digestsOf(files: FilesToDigest, signal?: AbortSignal): Promise<Buffer> {
  const { root, paths, stampOf } = files;
  // How many there can be is asked last: that takes as long as a small file.
  const isWorthThreads = paths.length > 1 && costOf(files) > 5e6 && mostAtOnce() > 1;
  const Memory = isWorthThreads ? SharedArrayBuffer : ArrayBuffer;
  const stamps = new Float64Array(new Memory(8 * stampLength * paths.length));
  for (let i = 0; i < paths.length; i++) stamps.set(stampOf(i), stampLength * i);
  const digests = new Uint8Array(new Memory(digestLength * paths.length));
  const task = { root, stamps, digests, taken: new Int32Array(new Memory(4)) };
  const pool = isWorthThreads ? await openPool(mostAtOnce() - 1) : [];
  const names = isWorthThreads ? paths.join('\0') : '';
  await Promise.all([
    ...pool.map((worker) => ask(worker, { ...task, id: ++lastTask, names })),
    digestShare({ ...task, paths }, signal),
  ]);
  return Buffer.from(digests.buffer);
}

/** About the bytes that would take as long. */
function costOf({ paths, stampOf }: FilesToDigest): number {
  return paths.reduce((sum, _, i) => sum + 1e4 + (stampOf(i)[0] as number), 0);
}

/** Has the threads started: there will be thousands of files to digest. */
export function expectFiles(): void {
  if (mostAtOnce() > 1) void openPool(mostAtOnce() - 1);
}

/** More do not read faster from one disk. */
const mostThreads = 4;

const mostAtOnce = (): number => Math.min(mostThreads, availableParallelism());

let opened: Promise<readonly Worker[]> | undefined;

/** The threads stay for the next block and end with the process. */
function openPool(threads: number): Promise<readonly Worker[]> {
  // What is told of tens of thousands of files is soon forgotten: let the heap be tidied rather than grow by 50 MB.
  process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
  opened ??= import('node:worker_threads').then(({ Worker }) => {
    const entry = new URL('./file-digest-worker.ts', import.meta.url).href.replace(
      /\.ts$/,
      extname(import.meta.filename),
    );
    // A thread does not inherit the compile cache, and without it loads a compiler of 40 MB for a file that was compiled before.
    const cache = getCompileCacheDir();
    const start = `${
      cache === undefined
        ? ''
        : `require('node:module').enableCompileCache(${JSON.stringify(dirname(cache))});`
    }import(${JSON.stringify(entry)})`;
    return Array.from({ length: threads }, () => {
      const worker = new Worker(start, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
      worker.unref();
      worker.setMaxListeners(0);
      return worker;
    });
  });
  return opened;
}

let lastTask = 0;

function ask(worker: Worker, task: SharedTask): Promise<void> {
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
