/** The threads that share the work on many files. They are started once, stay for the next block and end with the process. */
import { availableParallelism } from 'node:os';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import type { Worker } from 'node:worker_threads';

/** More do not read faster from one disk. */
const mostThreads = 4;

/** This one among them. It takes as long to ask as a small file takes to read. */
export const threadsAtOnce = (): number => Math.min(mostThreads, availableParallelism());

let opened: Promise<readonly Worker[]> | undefined;

/** Whether there are any already: to start one takes as long as looking at ten thousand files. */
export const areThreadsOpen = (): boolean => opened !== undefined;

/** Those beside this one; none where the machine does one thing at a time. */
export function openThreads(): Promise<readonly Worker[]> {
  opened ??= startThreads(threadsAtOnce() - 1);
  return opened;
}

async function startThreads(count: number): Promise<readonly Worker[]> {
  if (count === 0) return [];
  // What is told of tens of thousands of files is soon forgotten: let the heap be tidied rather than grow by 50 MB.
  process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
  const { Worker } = await import('node:worker_threads');
  const entry = new URL('./file-worker.ts', import.meta.url).href.replace(
    /\.ts$/,
    extname(import.meta.filename),
  );
  // A thread does not inherit the compile cache, and without it loads a compiler of 40 MB for a file that was compiled before.
  const cache = getCompileCacheDir();
  const start = `${
    cache === undefined ? '' : `require('node:module').enableCompileCache(${JSON.stringify(dirname(cache))});`
  }import(${JSON.stringify(entry)})`;
  return Array.from({ length: count }, () => {
    const worker = new Worker(start, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    worker.unref();
    worker.setMaxListeners(0);
    return worker;
  });
}
