/** A thread that reads files for `file-digests.ts` and looks at them for `unlike-rows.ts`. */
import { parentPort } from 'node:worker_threads';

import { FailureError, type Failure } from '../failure.ts';
import { digestShare, stopped, type DigestTask } from './file-digest.ts';
import { lookShare, type LookTask } from './look-share.ts';

export interface SharedDigestTask extends Omit<DigestTask, 'pathOf'> {
  readonly kind: 'digest';
  readonly id: number;
  /** What comes before each name. */
  readonly root: string;
  /** UTF-8, with a zero byte between two. */
  readonly names: Uint8Array;
  readonly ends: Int32Array;
}

/** Nothing is answered: what is done shows in the task. */
export interface SharedLookTask extends Omit<LookTask, 'paths'> {
  readonly kind: 'look';
  /** UTF-8, with a zero byte between two. */
  readonly names: Uint8Array;
}

export interface ShareDone {
  readonly id: number;
  /** Of a file that could not be read, or changed meanwhile. */
  readonly failure: Failure | null;
}

parentPort?.on('message', (task: SharedDigestTask | SharedLookTask) => {
  if (task.kind === 'digest') void answer(task);
  else if (Atomics.load(task.taken, 0) < task.done.length)
    lookShare({ ...task, paths: Buffer.from(task.names.buffer).toString('utf8').split('\0') });
});

async function answer({ id, root, names, ends, ...task }: SharedDigestTask): Promise<void> {
  const text = Buffer.from(names.buffer);
  const pathOf = (n: number): string =>
    root + text.toString('utf8', n === 0 ? 0 : (ends[n - 1] as number) + 1, ends[n]);
  let failure: Failure | null = null;
  try {
    await digestShare({ ...task, pathOf });
  } catch (error) {
    if (!(error instanceof FailureError || error === stopped)) throw error;
    failure = error instanceof FailureError ? error.failure : null;
  }
  const said: ShareDone = { id, failure };
  parentPort?.postMessage(said, []);
}
