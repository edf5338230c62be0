/** One face for each of many photos. */
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { IndexedPhoto } from '../datasets/photos.ts';
import { readImage } from '../image/read.ts';
import type { Backend } from '../onnx/backend.ts';
import { chooseFace } from './choose-face.ts';
import { openDetector } from './detector.ts';
import type { LocatedFace, MissingFace } from './landmark-set.ts';

export interface FindFacesOptions {
  /** Faces below this confidence do not count. */
  readonly minimumConfidence: number;
  /** Photos looked at together, each by one thread. It does not change the result. */
  readonly cpus: number;
  /** What the networks are computed on; `cpu` where absent. */
  readonly backend?: Backend | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface FoundFaces {
  /** By photo, in the order given. */
  readonly faces: ReadonlyMap<string, LocatedFace>;
  /** FACE_NOT_FOUND, or why the photo could not be read. */
  readonly missing: readonly MissingFace[];
  /** Photos with more than one face, of which one was chosen. */
  readonly several: number;
}

/** Looks for the face of every photo in `folder`, as `chooseFace` chooses. */
export async function findFaces(
  folder: string,
  photos: readonly IndexedPhoto[],
  { minimumConfidence, cpus, backend, signal, onProgress }: FindFacesOptions,
): Promise<FoundFaces> {
  const detector = await openDetector({ backend });
  const faces = new Map<string, LocatedFace>();
  const missing: MissingFace[] = [];
  let several = 0;
  let done = 0;
  try {
    const found = await pLimit(cpus).map(photos, async (photo) => {
      signal?.throwIfAborted();
      const image = await readImage(join(folder, photo.id), { maximumPixels: photo.width * photo.height });
      const result = image.ok ? await detector.detect(image.value, minimumConfidence) : image.failure;
      onProgress?.(++done, photos.length);
      return result;
    });
    found.forEach((result, i) => {
      const { id, face: known } = photos[i] as IndexedPhoto;
      if ('code' in result) return void missing.push({ id, code: result.code, reason: result.message });
      const face = chooseFace(result, known);
      if (face === undefined)
        missing.push({ id, code: 'FACE_NOT_FOUND', reason: notFound(minimumConfidence, known) });
      else faces.set(id, face);
      if (result.length > 1) several += 1;
    });
  } finally {
    await detector.close();
  }
  return { faces, missing, several };
}

const notFound = (confidence: number, known: IndexedPhoto['face']): string =>
  `shows no face that the detector is ${confidence} sure of${known === undefined ? '' : ', where the data set says it is'}`;
