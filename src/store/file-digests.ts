/** Digests of many files, in several threads where there are enough of them to pay for those. */
import { availableParallelism } from 'node:os';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { FailureError } from '../failure.ts';
import type { Digest } from '../graph/node.ts';
import { digestFile } from './file-digest.ts';
import type { DigestAnswer, DigestTask } from './file-digest-worker.ts';
import type { WalkedFile } from './walk.ts';

/** In the order of the files. Throws a `FailureError` for the first one that cannot be read or changed meanwhile. */
export async function digestsOf(
  files: readonly WalkedFile[],
  signal?: AbortSignal,
): Promise<readonly Digest[]> {
  const threads = Math.min(mostThreads, availableParallelism());
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (threads < 2 || files.length < 2 || files.length * 1e4 + bytes < 5e6) return digestHere(files, signal);
  const pool = await openPool(threads - 1);
  const share = Math.ceil(files.length / threads);
  const parts = Array.from({ length: threads }, (_, i) => files.slice(i * share, (i + 1) * share));
  // This thread takes the last share: it would have nothing else to do.
  const answers = await Promise.all(
    parts.map((part, i) => (i < pool.length ? ask(pool[i] as Worker, part) : digestHere(part, signal))),
  );
  signal?.throwIfAborted();
  return answers.flat();
}

async function digestHere(
  files: readonly WalkedFile[],
  signal: AbortSignal | undefined,
): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  for (const file of files) digests.push(await digestFile(file, signal));
  return digests;
}

/** More do not read faster from one disk. */
const mostThreads = 4;

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

function ask(worker: Worker, files: readonly WalkedFile[]): Promise<readonly Digest[]> {
  if (files.length === 0) return Promise.resolve([]);
  const id = ++lastTask;
  const task: DigestTask = {
    id,
    files: files.map(({ absolute, size, stamp }) => ({ absolute, size, stamp })),
  };
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', hear);
      worker.off('error', fail);
      // A thread that nobody waits for keeps no process alive.
      if (worker.listenerCount('message') === 0) worker.unref();
      then();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const hear = (answer: DigestAnswer): void => {
      if (answer.id !== id) return;
      settle(() => {
        if (answer.failure === null) resolve(answer.digests as readonly Digest[]);
        else reject(new FailureError(answer.failure));
      });
    };
    worker.on('message', hear);
    worker.on('error', fail);
    worker.ref();
    worker.postMessage(task, []);
  });
}
