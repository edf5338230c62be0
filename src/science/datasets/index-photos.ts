/** Reads a source of photographs from end to end, or until enough of them can be used. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { failed, type Failure } from '../../failure.ts';
import { readPhoto, type Photo } from '../exif/photo.ts';
import { randomOf } from '../random.ts';
import { noJournal, openJournal, type PhotoJournal, type PhotoReading } from './photo-journal.ts';
import type { SourcePhoto } from './photo-source.ts';
import type { ExcludedItem, IndexedPhoto, PhotoIndex } from './photos.ts';

export interface IndexOptions {
  readonly maximumPixels: number;
  /** Photos to end with; they are drawn by `seed`. All where absent. */
  readonly limit?: number | undefined;
  readonly seed: number;
  /** Whether a photo whose file equals an earlier one's byte for byte is left out. */
  readonly duplicates: 'keep' | 'leave-out';
  /** Photos read at once. It does not change the result. */
  readonly concurrency: number;
  /** A file that takes what was read, and is gone on from after a kill. */
  readonly journal?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Single photos never fail it. It throws where `signal` is aborted; what was read by then is in the journal. */
export async function indexPhotos(
  folder: string,
  candidates: readonly SourcePhoto[],
  options: IndexOptions,
): Promise<PhotoIndex> {
  const { limit, signal, onProgress } = options;
  const order = limit === undefined ? candidates : drawn(candidates, options.seed);
  const journal = options.journal === undefined ? noJournal : await openJournal(options.journal);
  const photos: IndexedPhoto[] = [];
  const excluded: ExcludedItem[] = [];
  const known = new Map<string, string>(); // ids by digest
  let done = 0;
  const advance = (): void => onProgress?.((done += 1), order.length);
  try {
    for (let start = 0; start < order.length && photos.length < (limit ?? Infinity); start += block) {
      signal?.throwIfAborted();
      const readings = await readBlock(folder, order.slice(start, start + block), options, journal, advance);
      for (const [i, { id, digest, result }] of readings.entries()) {
        if (photos.length === limit) break;
        const twin = digest === undefined ? undefined : known.get(digest);
        if (twin !== undefined)
          excluded.push({ id, code: 'PHOTO_DUPLICATE', reason: `has the same bytes as ${twin}` });
        else if (result.ok) photos.push(indexed(order[start + i] as SourcePhoto, result.value));
        else excluded.push({ id, code: result.failure.code, reason: result.failure.message });
        if (digest !== undefined && twin === undefined) known.set(digest, id);
      }
    }
  } finally {
    await journal.close();
  }
  return { photos: byId(photos), excluded: byId(excluded) };
}

/** Photos between two lines of the journal, and between two looks at how many there are. */
const block = 256;

async function readBlock(
  folder: string,
  candidates: readonly SourcePhoto[],
  { maximumPixels, duplicates, concurrency, signal }: IndexOptions,
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

function drawn(candidates: readonly SourcePhoto[], seed: number): SourcePhoto[] {
  const order = randomOf(seed, 'photos').permutation(candidates.length);
  return Array.from(order, (place) => candidates[place] as SourcePhoto);
}

const byId = <Item extends { readonly id: string }>(items: Item[]): Item[] =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
