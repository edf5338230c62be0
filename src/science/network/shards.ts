/**
 * The shards of a batch worked on by several threads at a time, each with sessions of its own on memory that all
 * share. What a shard gives does not depend on the thread, and what becomes of the shards is up to the caller, in
 * their order: so the number of threads changes no bit.
 */
import { openMicroBatches, type Pass, type Workplace } from './micro-batches.ts';
import { startThread } from './thread.ts';

export interface Shards {
  /** All shards. Throws WORKER_ENDED when a thread ends. */
  run(pass: Pass): Promise<void>;
  close(): Promise<void>;
}

/** With one worker everything stays in this thread, on all `cpus`; else they are shared out. Close it. */
export async function openShards(place: Workplace, workers: number, cpus: number): Promise<Shards> {
  const count = place.shards.length;
  if (workers <= 1) {
    const microBatches = await openMicroBatches(place, cpus);
    return {
      async run(pass) {
        for (let shard = 0; shard < count; shard++) await microBatches.run(pass, shard);
      },
      close: () => microBatches.close(),
    };
  }
  const each = Math.max(1, Math.floor(cpus / workers));
  const threads = Array.from({ length: Math.min(workers, count) }, (_, index) =>
    startThread(new URL('./shard-worker.ts', import.meta.url), { place, cpus: each }, index + 1),
  );
  const close = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.close()));
  };
  try {
    await Promise.all(threads.map(({ ready }) => ready));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async run(pass) {
      await Promise.all(
        threads.map(async (thread, first) => {
          for (let shard = first; shard < count; shard += threads.length) await thread.run({ pass, shard });
        }),
      );
    },
    close,
  };
}
