/** A thread that reads files for `file-digests.ts`. */
import { parentPort } from 'node:worker_threads';

import { FailureError, type Failure } from '../failure.ts';
import { digestShare, type DigestTask } from './file-digest.ts';

export interface SharedTask extends Omit<DigestTask, 'paths'> {
  readonly id: number;
  /** The paths between zero bytes: one text is sent faster than a list. */
  readonly names: string;
}

export interface ShareDone {
  readonly id: number;
  /** Of a file that could not be read, or changed meanwhile. */
  readonly failure: Failure | null;
}

parentPort?.on('message', (task: SharedTask) => void answer(task));

async function answer({ id, names, ...task }: SharedTask): Promise<void> {
  let failure: Failure | null = null;
  try {
    await digestShare({ ...task, paths: names.split('\0') });
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    failure = error.failure;
  }
  const said: ShareDone = { id, failure };
  parentPort?.postMessage(said, []);
}
