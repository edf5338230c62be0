/** The process that reads what `fuzz` hands it: a decoder that dies takes nobody else along. */
import { countByCode } from '../../src/science/datasets/photo-quality.ts';
import { indexPhotos } from '../../src/science/datasets/index-photos.ts';
import { openPhotoSource } from '../../src/science/datasets/open-photo-source.ts';

export interface BatchReport {
  readonly usable: number;
  readonly excluded: readonly (readonly [code: string, count: number])[];
  /** Bytes of the process. */
  readonly memory: number;
  /** Bytes that JavaScript still holds, in its heap and beside it, once all garbage is gone: a leak of ours would be there. */
  readonly held: number;
}

process.on('message', (folder: string) => void read(folder));

async function read(folder: string): Promise<void> {
  const { photos } = await openPhotoSource(folder, { layout: 'folder' });
  const index = await indexPhotos(folder, photos, {
    maximumPixels: 100_000_000,
    seed: 1,
    duplicates: 'keep',
    concurrency: 2,
  });
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const report: BatchReport = {
    usable: index.photos.length,
    excluded: countByCode(index.excluded),
    memory: rss,
    held: heapUsed + external,
  };
  process.send?.(report);
}
