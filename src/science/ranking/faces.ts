/**
 * The faces the pretext task is learnt on: what `ingest` knows of the photographs joined, by id, with the pictures of
 * `manipulate`. Pictures stay on disk and are read by position.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openNpy, type NpyReader } from '../array/npy.ts';
import { FailureError } from '../../failure.ts';
import { readPhotosOneByOne } from '../datasets/photos.ts';
import { tagNames, type Tags } from './labels.ts';

/** A photographed face: its own picture and four manipulations of it. */
export interface Face {
  /** The photograph's id. */
  readonly id: string;
  /** Its place in the array of pictures, or in all of them one after the other. */
  readonly row: number;
  readonly tags: Tags;
}

export interface Faces {
  readonly faces: readonly Face[];
  /** Side of the pictures, px. */
  readonly size: number;
  /** Names of the pictures of each face: `original`, then the manipulations. */
  readonly variants: readonly string[];
  /** Pictures (N, S, S, 3), one after the other, in the order asked for. */
  read(pictures: readonly Picture[]): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface Picture {
  readonly face: Face;
  /** Place in `variants`; 0 is the original. */
  readonly variant: number;
}

/**
 * `index` is `photos.json`; each of the folders holds `images.npy` and `images.json` of some of its photographs. The faces
 * are in the order of their ids, so that how they are shared among folders changes nothing. Throws FACES_SHAPE,
 * FACES_UNKNOWN, FACES_NONE. Close it.
 */
export async function openFaces(index: string, folders: readonly string[]): Promise<Faces> {
  const tagsOf = new Map<string, Tags>();
  for await (const { id, tags } of readPhotosOneByOne(index)) tagsOf.set(id, tags);
  const parts: Part[] = [];
  const close = async (): Promise<void> =>
    void (await Promise.all(parts.map(({ reader }) => reader.close())));
  try {
    for (const folder of folders) parts.push(await openPart(folder));
    const [first] = parts.filter(({ ids }) => ids.length > 0);
    if (first === undefined) throw noFaces(folders);
    const { size, variants } = first;
    const other = parts.find((part) => part.size !== size || part.variants.join() !== variants.join());
    if (other !== undefined) throw otherPictures(other, first);
    const ends = parts.map(sumOfCounts());
    const faces = parts
      .flatMap(({ ids, listing }) => ids.map((id) => ({ id, tags: knownTags(tagsOf.get(id), id, listing) })))
      .map((face, row): Face => ({ ...face, row }));
    if (parts.length > 1) faces.sort((a, b) => (a.id < b.id ? -1 : 1));
    const bytes = size * size * 3;
    const readOne = ({ face, variant }: Picture): Promise<Uint8Array> => {
      const part = ends.findIndex((end) => face.row < end);
      const { reader, ids } = parts[part] as Part;
      const row = face.row - ((ends[part] as number) - ids.length);
      return reader.rows(row * variants.length + variant, 1);
    };
    return {
      faces,
      size,
      variants,
      async read(pictures) {
        const pixels = new Uint8Array(pictures.length * bytes);
        await Promise.all(
          pictures.map(async (picture, place) => pixels.set(await readOne(picture), place * bytes)),
        );
        return pixels;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function sumOfCounts(): (part: Part) => number {
  let sum = 0;
  return ({ ids }) => (sum += ids.length);
}

/** The pictures of one folder. */
interface Part {
  readonly listing: string;
  readonly ids: readonly string[];
  readonly variants: readonly string[];
  readonly size: number;
  readonly reader: NpyReader<'|u1'>;
}

async function openPart(folder: string): Promise<Part> {
  const listing = join(folder, 'images.json');
  const { ids, variants } = (await readJson(listing)) as {
    ids: readonly string[];
    variants: readonly string[];
  };
  const file = join(folder, 'images.npy');
  const reader = await openNpy(file, '|u1', 2);
  const [count, kinds, size, width, channels] = reader.shape as [number, number, number, number, number];
  if (
    reader.shape.length === 5 &&
    count === ids.length &&
    kinds === variants.length &&
    size === width &&
    channels === 3
  )
    return { listing, ids, variants, size, reader };
  await reader.close();
  throw new FailureError({
    code: 'FACES_SHAPE',
    message: `has the shape (${reader.shape.join(', ')}), expected (${ids.length}, ${variants.length}, S, S, 3)`,
    place: file,
  });
}

const otherPictures = (part: Part, first: Part): FailureError =>
  new FailureError({
    code: 'FACES_SHAPE',
    message: `holds pictures of ${part.size} px (${part.variants.join(', ')}), others are of ${first.size} px (${first.variants.join(', ')})`,
    place: part.listing,
  });

const noFaces = (folders: readonly string[]): FailureError =>
  new FailureError({
    code: 'FACES_NONE',
    message: `there is no face in any of ${folders.length} parts of the photographs`,
    remedy: 'the logs of landmarks and manipulate name the reason for each photograph',
  });

function knownTags(tags: Tags | undefined, id: string, place: string): Tags {
  if (tags !== undefined && tagNames.every((name) => tags[name] > 0)) return tags;
  throw new FailureError({
    code: 'FACES_UNKNOWN',
    message: `the face ${id} comes from no photograph with all four tags`,
    place,
    remedy: 'let `ingest` and `manipulate` read the same photographs',
  });
}

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
