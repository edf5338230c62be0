/** Reads photographs: whether each can be used, and its camera settings. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { failed, success, type Failure } from '../../failure.ts';
import { readPhoto, type Photo } from '../exif/photo.ts';
import { choosePhotos, type ChoiceOptions, type IndexedReading } from './choose-photos.ts';
import { noJournal, openJournal, type PhotoJournal, type PhotoReading } from './photo-journal.ts';
import type { SourcePhoto } from './photo-source.ts';
import type { ExcludedItem, IndexedPhoto, PhotoIndex } from './photos.ts';

export interface ReadingOptions {
  readonly maximumPixels: number;
  /** Whether files of equal bytes are to be told, by their digests. */
  readonly duplicates: 'keep' | 'leave-out';
  /** Photos read at once. It does not change the result. */
  readonly concurrency: number;
  /** A file that takes what was read, and is gone on from after a kill. */
  readonly journal?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** All of a folder's `candidates` at once: which can be used, and why the others cannot. For folders that are not worked on in shards. */
export async function indexPhotos(
  folder: string,
  candidates: readonly SourcePhoto[],
  options: ReadingOptions & ChoiceOptions,
): Promise<PhotoIndex> {
  const readings: IndexedReading[] = [];
  for await (const reading of readPhotos(folder, candidates, options)) readings.push(reading);
  const verdictOf = await choosePhotos(readings, options);
  const photos: IndexedPhoto[] = [];
  const excluded: ExcludedItem[] = [];
  for (const reading of readings) {
    const verdict = verdictOf(reading);
    if (verdict.kind === 'used') photos.push(verdict.photo);
    else if (verdict.kind === 'excluded') excluded.push(verdict.item);
  }
  return { photos, excluded };
}

/**
 * Single photos never fail it. In the order of `candidates`. It throws where `signal` is aborted; what was read by then is in the journal.
 */
export async function* readPhotos(
  folder: string,
  candidates: readonly SourcePhoto[],
  options: ReadingOptions,
): AsyncGenerator<IndexedReading> {
  const { signal, onProgress } = options;
  const journal = options.journal === undefined ? noJournal : await openJournal(options.journal);
  let done = 0;
  const advance = (): void => onProgress?.((done += 1), candidates.length);
  try {
    for (let start = 0; start < candidates.length; start += block) {
      signal?.throwIfAborted();
      const some = candidates.slice(start, start + block);
      const readings = await readBlock(folder, some, options, journal, advance);
      for (const [i, { result, ...reading }] of readings.entries())
        yield {
          ...reading,
          result: result.ok ? success(indexed(some[i] as SourcePhoto, result.value)) : result,
        };
    }
  } finally {
    await journal.close();
  }
}

/** Photos between two lines of the journal. */
const block = 256;

async function readBlock(
  folder: string,
  candidates: readonly SourcePhoto[],
  { maximumPixels, duplicates, concurrency, signal }: ReadingOptions,
  journal: PhotoJournal,
  advance: () => void,
): Promise<PhotoReading[]> {
  const readings = await pLimit(concurrency).map(candidates, async ({ id, exif }): Promise<PhotoReading> => {
    const remembered = journal.readingOf(id);
    if (remembered !== undefined) {
      advance();
      return remembered;
    }
    signal?.throwIfAborted();
    let digest: string | undefined;
    const result = await readPhoto(join(folder, id), {
      maximumPixels,
      ...(exif !== undefined && { exif: join(folder, exif) }),
      ...(duplicates === 'leave-out' && { onBytes: (bytes: Buffer) => (digest = hash('sha256', bytes)) }),
    });
    advance();
    return {
      id,
      ...(digest !== undefined && { digest }),
      result: result.ok ? result : withoutPlace(result.failure),
    };
  });
  await journal.append(readings);
  return readings;
}

/** Where it is is said by the id; a path of this machine must not reach a result. */
const withoutPlace = ({ code, message }: Failure) => failed({ code, message });

function indexed({ id, face, licence }: SourcePhoto, photo: Photo): IndexedPhoto {
  return {
    id,
    ...photo,
    ...(face && {
      face: {
        x: face.x * photo.width,
        y: face.y * photo.height,
        width: face.width * photo.width,
        height: face.height * photo.height,
      },
    }),
    ...(licence && { licence }),
  };
}
