/**
 * The faces the pretext task is learnt on: what `ingest` knows of the photographs joined, by id, with the pictures of
 * `manipulate`. Pictures stay on disk and are read by position.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openNpy } from '../array/npy.ts';
import { FailureError } from '../../failure.ts';
import { tagNames, type Tags } from './labels.ts';

/** A photographed face: its own picture and four manipulations of it. */
export interface Face {
  /** The photograph's id. */
  readonly id: string;
  /** Its place in the array of pictures. */
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

/** `index` is `photos.json`, `folder` holds `images.npy` and `images.json`. Throws FACES_SHAPE, FACES_UNKNOWN. Close it. */
export async function openFaces(index: string, folder: string): Promise<Faces> {
  const { photos } = (await readJson(index)) as { photos: readonly { id: string; tags: Tags }[] };
  const listing = join(folder, 'images.json');
  const { ids, variants } = (await readJson(listing)) as {
    ids: readonly string[];
    variants: readonly string[];
  };
  const tagsOf = new Map(photos.map(({ id, tags }) => [id, tags]));
  const faces = ids.map((id, row) => ({ id, row, tags: knownTags(tagsOf.get(id), id, listing) }));
  const file = join(folder, 'images.npy');
  const reader = await openNpy(file, '|u1', 2);
  const [count, kinds, size, width, channels] = reader.shape as [number, number, number, number, number];
  if (
    reader.shape.length !== 5 ||
    count !== ids.length ||
    kinds !== variants.length ||
    size !== width ||
    channels !== 3
  ) {
    await reader.close();
    throw new FailureError({
      code: 'FACES_SHAPE',
      message: `has the shape (${reader.shape.join(', ')}), expected (${ids.length}, ${variants.length}, S, S, 3)`,
      place: file,
    });
  }
  const bytes = size * size * 3;
  return {
    faces,
    size,
    variants,
    async read(pictures) {
      const pixels = new Uint8Array(pictures.length * bytes);
      await Promise.all(
        pictures.map(async ({ face, variant }, place) => {
          pixels.set(await reader.rows(face.row * variants.length + variant, 1), place * bytes);
        }),
      );
      return pixels;
    },
    close: () => reader.close(),
  };
}

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
