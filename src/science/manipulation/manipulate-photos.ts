/** Many photos on several cores: results in the order of the photos, a bounded number of them in memory. */
import { Piscina } from 'piscina';
import type { Result } from '../../failure.ts';
import type { FaceVariantsTask } from './face-variants-worker.ts';
import type { FacePhoto, FaceVariantsOptions } from './face-variants.ts';

export interface ManipulateOptions extends FaceVariantsOptions {
  /** Worker threads. They do not change the result. */
  readonly cpus: number;
  readonly signal?: AbortSignal;
}

/** Photos that a worker takes at a time. */
const batch = 16;

/** For each photo its variants (see `prepareFaceVariants`), or why there are none. Throws when `signal` is aborted. */
export async function* manipulatePhotos(
  photos: readonly FacePhoto[],
  { cpus, signal, ...options }: ManipulateOptions,
): AsyncGenerator<{ readonly photo: FacePhoto; readonly result: Result<Uint8Array<ArrayBuffer>> }> {
  const pool = new Piscina<FaceVariantsTask, Result<Uint8Array<ArrayBuffer>>[]>({
    filename: new URL('./face-variants-worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: cpus,
  });
  try {
    const running: { photos: readonly FacePhoto[]; results: Promise<Result<Uint8Array<ArrayBuffer>>[]> }[] =
      [];
    for (let start = 0; start < photos.length || running.length > 0;) {
      while (start < photos.length && running.length < 2 * cpus) {
        const task = { photos: photos.slice(start, start + batch), options };
        const results = pool.run(task, signal === undefined ? {} : { signal });
        results.catch(() => undefined); // awaited below, unless an earlier one fails
        running.push({ photos: task.photos, results });
        start += batch;
      }
      const first = running.shift() as (typeof running)[number];
      const results = await first.results;
      for (const [i, photo] of first.photos.entries()) {
        // The workers may have ended before the interruption.
        signal?.throwIfAborted();
        yield { photo, result: results[i] as Result<Uint8Array<ArrayBuffer>> };
      }
    }
  } finally {
    await pool.destroy();
  }
}
