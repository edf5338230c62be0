/** One face for each of many photos. */
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { IndexedPhoto } from '../datasets/photos.ts';
import { discard, type Image } from '../image/image.ts';
import { readImage } from '../image/read.ts';
import type { Backend } from '../onnx/backend.ts';
import { chooseFace } from './choose-face.ts';
import { type FaceDetector, openDetector } from './detector.ts';
import type { LocatedFace, MissingFace } from './landmark-set.ts';
import { openPointModel, type PointModel } from './point-model.ts';
import { weightsSource } from './weights.ts';

export interface FindFacesOptions {
  /** Faces below this confidence do not count. */
  readonly minimumConfidence: number;
  /** An ONNX file that finds the points in place of the built-in network. */
  readonly model?: string | undefined;
  /** Photos looked at together, each by one thread. It does not change the result. */
  readonly cpus: number;
  /** What the networks are computed on; `cpu` where absent. */
  readonly backend?: Backend | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface FoundFaces {
  /** Who found the boxes and the points. */
  readonly source: string;
  /** By photo, in the order given. */
  readonly faces: ReadonlyMap<string, LocatedFace>;
  /** FACE_NOT_FOUND, or why the photo could not be read. */
  readonly missing: readonly MissingFace[];
  /** Photos with more than one face, of which one was chosen. */
  readonly several: number;
}

/** Looks for the face of every photo in `folder`, as `chooseFace` chooses. Fails as `openPointModel` does. */
export async function findFaces(
  folder: string,
  photos: readonly IndexedPhoto[],
  { minimumConfidence, model, cpus, backend, signal, onProgress }: FindFacesOptions,
): Promise<FoundFaces> {
  const points = model === undefined ? undefined : await openPointModel(model, { cpus: 1, backend });
  const detector = await openDetector({ backend });
  const faces = new Map<string, LocatedFace>();
  const missing: MissingFace[] = [];
  let several = 0;
  let done = 0;
  try {
    const found = await pLimit(cpus).map(photos, async (photo): Promise<Found> => {
      signal?.throwIfAborted();
      const result = await lookAt(join(folder, photo.id), photo, { detector, points, minimumConfidence });
      onProgress?.(++done, photos.length);
      return result;
    });
    found.forEach((result, i) => {
      const { id } = photos[i] as IndexedPhoto;
      if ('code' in result) missing.push({ id, ...result });
      else faces.set(id, result.face);
      if ('face' in result && result.count > 1) several += 1;
    });
  } finally {
    await detector.close();
    await points?.close();
  }
  const source = points === undefined ? weightsSource : `${weightsSource}, points by ${points.source}`;
  return { source, faces, missing, several };
}

type Found = { readonly face: LocatedFace; readonly count: number } | Omit<MissingFace, 'id'>;

interface Lookers {
  readonly detector: FaceDetector;
  readonly points: PointModel | undefined;
  readonly minimumConfidence: number;
}

/** The face that is meant, with the box that the data set knows of it, else the detector's. */
async function lookAt(file: string, { width, height, face }: IndexedPhoto, lookers: Lookers): Promise<Found> {
  const image = await readImage(file, { maximumPixels: width * height });
  if (!image.ok) return { code: image.failure.code, reason: image.failure.message };
  const found = await lookInto(image.value, face, lookers);
  discard(image.value.data);
  return found;
}

async function lookInto(
  image: Image,
  known: IndexedPhoto['face'],
  { detector, points, minimumConfidence }: Lookers,
): Promise<Found> {
  const boxes = await detector.boxes(image, minimumConfidence);
  const chosen = chooseFace(boxes, known);
  if (chosen === undefined) return { code: 'FACE_NOT_FOUND', reason: notFound(minimumConfidence, known) };
  const { box, confidence } = chosen;
  const landmarks =
    points === undefined
      ? await detector.landmarksIn(image, box)
      : ((await points.pointsIn(image, [box]))[0] as Float32Array);
  return { face: { box: known ?? box, confidence, landmarks }, count: boxes.length };
}

const notFound = (confidence: number, known: IndexedPhoto['face']): string =>
  `shows no face that the detector is ${confidence} sure of${known === undefined ? '' : ', where the data set says it is'}`;
