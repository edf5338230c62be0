/**
 * A thread of the training: its module says that it is ready, then answers each message when it has done what it says,
 * and ends at the message `close`. Memory is shared with it through its data.
 */
import { Worker } from 'node:worker_threads';
import { FailureError } from '../../failure.ts';

export interface Thread {
  readonly ready: Promise<void>;
  /** One at a time. Throws WORKER_ENDED when the thread has ended, whatever the reason. */
  run(message: object): Promise<void>;
  /** When it has ended. */
  close(): Promise<void>;
}

/** `number` is its name in messages. Close it. */
export function startThread(module: URL, data: object, number: number): Thread {
  const worker = new Worker(module, { workerData: data });
  let failure: FailureError | undefined;
  let waiting: { resolve(): void; reject(error: FailureError): void } | undefined;
  const fail = (message: string): void => {
    failure ??= workerEnded(number, message);
    waiting?.reject(failure);
  };
  worker.on('message', () => waiting?.resolve());
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      fail(`it ended with exit code ${code}`);
      resolve();
    });
  });
  const answer = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (failure === undefined) waiting = { resolve, reject };
      else reject(failure);
    });
  const ready = answer();
  ready.catch(() => undefined); // Whoever awaits it hears of it, and so does the first `run`.
  return {
    ready,
    run(message) {
      const done = answer();
      worker.postMessage(message, []);
      return done;
    },
    async close() {
      worker.postMessage('close', []);
      await ended;
    },
  };
}

function workerEnded(number: number, message: string): FailureError {
  return new FailureError({
    code: 'WORKER_ENDED',
    message: `worker ${number} of the training ended: ${message}`,
    remedy: 'run again: training goes on at its last checkpoint; with fewer `workers` it takes less memory',
  });
}
