/** A thread that reads files for `file-digests.ts`. */
import { parentPort } from 'node:worker_threads';

import { FailureError, type Failure } from '../failure.ts';
import { digestFile } from './file-digest.ts';
import type { WalkedFile } from './walk.ts';

export interface DigestTask {
  readonly id: number;
  readonly files: readonly Pick<WalkedFile, 'absolute' | 'size' | 'stamp'>[];
}

export interface DigestAnswer {
  readonly id: number;
  readonly digests: readonly string[];
  /** Of the first file that could not be read, or changed meanwhile. */
  readonly failure: Failure | null;
}

parentPort?.on('message', (task: DigestTask) => void answer(task));

async function answer({ id, files }: DigestTask): Promise<void> {
  const digests: string[] = [];
  let failure: Failure | null = null;
  try {
    for (const file of files) digests.push(await digestFile(file));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    failure = error.failure;
  }
  const said: DigestAnswer = { id, digests, failure };
  parentPort?.postMessage(said, []);
}
