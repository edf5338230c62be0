/** A thread that works on shards of a batch: it is told a pass and a shard and answers when that is done. */
import { parentPort, workerData } from 'node:worker_threads';
import { openMicroBatches, type Pass, type Workplace } from './micro-batches.ts';

const { place, cpus } = workerData as { readonly place: Workplace; readonly cpus: number };
const microBatches = await openMicroBatches(place, cpus);

parentPort?.on('message', (message: { readonly pass: Pass; readonly shard: number } | 'close') => {
  if (message === 'close') void microBatches.close().then(() => parentPort?.close());
  else
    microBatches.run(message.pass, message.shard).then(
      () => parentPort?.postMessage('done', []),
      (error: Error) => {
        throw error;
      },
    );
});
parentPort?.postMessage('ready', []);
