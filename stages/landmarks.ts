/**
 * Where the faces are: one box and 68 points for every photo of a shard, as declared beside the photos or found by the detector.
 * Where they are declared, a sample of them is compared with what the detector finds.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { type IndexedPhoto, readPhotoIndex } from '../src/science/datasets/photos.ts';
import { compareFaces } from '../src/science/landmarks/compare.ts';
import { findFaces } from '../src/science/landmarks/find-faces.ts';
import {
  type LandmarkSet,
  type MissingFace,
  readLandmarks,
  writeLandmarks,
} from '../src/science/landmarks/landmark-set.ts';
import { landmarksPage, writeFaceSheet } from '../src/science/landmarks/sheet.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';
import { randomOf } from '../src/science/random.ts';
import { defineStage, type StageContext } from '../src/stage.ts';
import type { LandmarksParameters } from './parameters.ts';

type Context = StageContext<LandmarksParameters>;
const sheetFaces = 24;

export default defineStage<LandmarksParameters>({
  display: 'landmarks.md',

  async run(context) {
    const { params, inputs, output, marks } = context;
    const { photos } = await readPhotoIndex(join(inputs.one('index').path, 'photos.json'));
    const set =
      params.source === 'declared' ? await takeDeclared(context, photos) : await detect(context, photos);
    for (const { id, code, reason } of set.missing) context.log(`${id}: ${code} ${reason}`);
    if (set.faces.size === 0 && params.shards === 1) throw new FailureError(noFaces(photos.length, params));
    await writeLandmarks(output, set);

    const count = photos.length;
    context.metric({
      name: 'faces.found',
      value: set.faces.size,
      direction: 'higher',
      unit: 'photos',
      count,
    });
    context.metric({
      name: 'faces.missing',
      value: set.missing.length,
      direction: 'lower',
      unit: 'photos',
      count,
    });
    const shown = sample([...set.faces], sheetFaces, params.seed, 'contact-sheet');
    if (shown.length > 0)
      await writeFaceSheet(join(output, 'contact-sheet.png'), inputs.one('photos').path, new Map(shown));
    const page = landmarksPage(set, shown.length, marks.includes('simulated'));
    await writeFile(join(output, 'landmarks.md'), page);
  },
});

async function detect(context: Context, photos: readonly IndexedPhoto[]): Promise<LandmarkSet> {
  const found = await lookAt(context, photos);
  const count = photos.length;
  context.metric({ name: 'faces.several', value: found.several, direction: 'none', unit: 'photos', count });
  return found;
}

async function takeDeclared(context: Context, photos: readonly IndexedPhoto[]): Promise<LandmarkSet> {
  const input = context.inputs.optional('declared');
  if (input === undefined) throw new FailureError(notDeclared);
  const declared = await readLandmarks(input.path);
  const missing: MissingFace[] = [];
  const faces = photos.flatMap(({ id }) => {
    const face = declared.faces.get(id);
    if (face?.landmarks.every(Number.isFinite) === true) return [[id, face] as const];
    const known = declared.missing.find((each) => each.id === id);
    missing.push(known ?? { id, code: 'FACE_NOT_DECLARED', reason: `has no points in ${input.origin}` });
    return [];
  });
  const set = { source: 'declared', faces: new Map(faces), missing };
  await compare(context, photos, set);
  return set;
}

/** Reports how far the detector is from the declared points on a sample of the photos. */
async function compare(
  context: Context,
  photos: readonly IndexedPhoto[],
  { faces }: LandmarkSet,
): Promise<void> {
  const { compare: count, seed } = context.params;
  const known = photos.filter(({ id }) => faces.has(id));
  const chosen = sample(known, count, seed, 'compare');
  if (chosen.length === 0) return;
  const found = await lookAt(context, chosen);
  const expected = new Map([...faces].filter(([id]) => chosen.some((photo) => photo.id === id)));
  const { found: share, error } = compareFaces(expected, found.faces);
  context.metric({
    name: 'detector.found',
    value: share,
    direction: 'higher',
    unit: '1',
    count: chosen.length,
  });
  if (error !== undefined)
    context.metric({
      name: 'detector.error',
      value: error,
      direction: 'lower',
      unit: '1',
      count: found.faces.size,
    });
}

function lookAt(context: Context, photos: readonly IndexedPhoto[]): ReturnType<typeof findFaces> {
  const { params, inputs, cpus, signal } = context;
  return findFaces(inputs.one('photos').path, photos, {
    minimumConfidence: params.minimumConfidence,
    backend: settledBackend(params.backend),
    model: inputs.optional('model')?.path,
    cpus,
    signal,
    onProgress: (done, total) => context.progress({ done, total, unit: 'photos' }),
  });
}

/** At most `count` of the items, drawn by the seed, in their own order. */
function sample<Item>(items: readonly Item[], count: number, seed: number, name: string): readonly Item[] {
  const chosen = randomOf(seed, name).permutation(items.length).subarray(0, count).toSorted();
  return Array.from(chosen, (index) => items[index] as Item);
}

const notDeclared = {
  code: 'LANDMARKS_NOT_DECLARED',
  message: 'landmarks.source is declared, but there are no declared points: data.landmarks is null',
  remedy: 'find the points with -S landmarks.source=detector, or name a folder in data.landmarks',
};

const noFaces = (photos: number, { source, minimumConfidence }: LandmarksParameters) => ({
  code: 'FACES_NOT_FOUND',
  message: `no face in any of ${photos} photos (source ${source}, confidence ${minimumConfidence})`,
  remedy:
    source === 'detector'
      ? 'lower landmarks.minimumConfidence'
      : 'the declared ids must be the photos’ relative paths',
});
