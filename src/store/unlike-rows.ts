/** Which paths of a tree do not look as they did; of many, in several threads. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SharedLookTask } from './file-worker.ts';
import { blockLength, lookAtBlock, lookAtNext, type LookTask } from './look-share.ts';
import { areThreadsOpen, openThreads } from './threads.ts';
import type { TreeTable } from './tree-table.ts';

interface UnlikeOptions extends Pick<LookTask, 'links' | 'trustsAll'> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rows of those whose stamp is another by now, or that cannot be looked at, in their order. A folder that became a file has another
 * inode, and so another stamp.
 */
export async function unlikeRows(
  { paths, stamps }: Pick<TreeTable, 'paths' | 'stamps'>,
  root: string,
  { signal, ...options }: UnlikeOptions,
): Promise<readonly number[]> {
  const task: LookTask = {
    ...options,
    root,
    paths,
    stamps,
    isUnlike: new Uint8Array(new SharedArrayBuffer(paths.length)),
    taken: new Int32Array(new SharedArrayBuffer(4)),
    done: new Int32Array(new SharedArrayBuffer(4 * Math.ceil(paths.length / blockLength))),
  };
  if (paths.length > few && areThreadsOpen()) void share(task);
  for (let turn = 1; lookAtNext(task); turn++) {
    if (turn % turnLength !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
  // A thread that has not come so far within a while may have none to come with.
  for (let block = 0; block < task.done.length; block++)
    if (Atomics.wait(task.done, block, 0, patience) === 'timed-out') lookAtBlock(task, block);
  const rows: number[] = [];
  for (let row = task.isUnlike.indexOf(1); row !== -1; row = task.isUnlike.indexOf(1, row + 1))
    rows.push(row);
  return rows;
}

/** Fewer do not pay for the telling. To start threads for this alone never does: it takes as long as 20,000 paths. */
const few = 4096;

/** Blocks before others get a turn. */
const turnLength = 8;

/** Milliseconds. */
const patience = 50;

/** Hands the task to the other threads, whose help is not waited for. */
async function share({ paths, stamps, ...task }: LookTask): Promise<void> {
  const threads = await openThreads();
  if (Atomics.load(task.taken, 0) >= task.done.length) return;
  const shared: SharedLookTask = {
    ...task,
    kind: 'look',
    stamps: stamps.buffer instanceof SharedArrayBuffer ? stamps : new Float64Array(stamps),
    names: new Uint8Array(Buffer.from(paths.join('\0'))),
  };
  for (const thread of threads) thread.postMessage(shared, []);
}
