/** A folder of photographs as an index: which can be used, with their camera settings, and which cannot, and why. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { readPhoto, type Photo } from '../exif/photo.ts';
import { listImages } from './folder.ts';

/** `photos.json`. Both lists are in code-point order of the ids. */
export interface PhotoIndex {
  readonly photos: readonly IndexedPhoto[];
  readonly excluded: readonly ExcludedItem[];
}

export interface IndexedPhoto extends Photo {
  /** Path relative to the folder, POSIX separators. */
  readonly id: string;
}

export interface ExcludedItem {
  readonly id: string;
  /** A failure's code: `TAG_MISSING`, `IMAGE_TRUNCATED`. */
  readonly code: string;
  readonly reason: string;
}

export interface IndexOptions {
  readonly maximumPixels: number;
  /** Photos read at once. It does not change the result. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Reads every picture of `folder` and below. Fails as `listImages` does; single photos never fail it. */
export async function indexPhotos(folder: string, options: IndexOptions): Promise<PhotoIndex> {
  const { maximumPixels, concurrency, signal, onProgress } = options;
  const ids = await listImages(folder);
  let done = 0;
  const results = await pLimit(concurrency).map(ids, async (id) => {
    signal?.throwIfAborted();
    const result = await readPhoto(join(folder, id), { maximumPixels });
    done += 1;
    onProgress?.(done, ids.length);
    return { id, result };
  });
  return {
    photos: results.flatMap(({ id, result }) => (result.ok ? [{ id, ...result.value }] : [])),
    excluded: results.flatMap(({ id, result }) =>
      result.ok ? [] : [{ id, code: result.failure.code, reason: result.failure.message }],
    ),
  };
}

/** Reads a `photos.json` that `ingest` wrote. */
export async function readPhotoIndex(file: string): Promise<PhotoIndex> {
  return JSON.parse(await readFile(file, 'utf8')) as PhotoIndex;
}
