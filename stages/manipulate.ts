/**
 * The pictures of the pretext task: of every photo of a shard with a face five at the network's size, as it is and with each of
 * the four manipulations.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { createNpy } from '../src/science/array/npy.ts';
import { type ExcludedItem, type IndexedPhoto, readPhotoIndex } from '../src/science/datasets/photos.ts';
import { type SheetRow, writeContactSheet } from '../src/science/image/contact-sheet.ts';
import { type LandmarkSet, readLandmarks } from '../src/science/landmarks/landmark-set.ts';
import type { FacePhoto } from '../src/science/manipulation/face-variants.ts';
import { manipulatePhotos } from '../src/science/manipulation/manipulate-photos.ts';
import { variantNames } from '../src/science/manipulation/variants.ts';
import { figuresPage } from '../src/science/pictures/figures-page.ts';
import { randomOf } from '../src/science/random.ts';
import { defineStage } from '../src/stage.ts';
import type { ManipulateParameters } from './parameters.ts';

const sheetPhotos = 12;
/** Of the sheet's cells, px: small pictures are enlarged, large ones reduced, so that a page that shows the sheet stays small. */
const [leastCell, mostCell] = [128, 160];

export default defineStage<ManipulateParameters>({
  display: 'manipulations.md',

  async run(context) {
    const { params, inputs, output, cpus, signal } = context;
    const { photos } = await readPhotoIndex(join(inputs.one('index').path, 'photos.json'));
    const faces = facePhotos(
      inputs.one('photos').path,
      photos,
      await readLandmarks(inputs.one('landmarks').path),
    );
    const shown = new Set(
      randomOf(params.seed, 'contact-sheet').permutation(faces.length).subarray(0, sheetPhotos),
    );
    const { size } = params;
    const ids: string[] = [];
    const excluded: ExcludedItem[] = [];
    const sheet: SheetRow[] = [];

    const images = await createNpy(join(output, 'images.npy'), '|u1', [variantNames.length, size, size, 3]);
    let done = 0;
    try {
      const variants = manipulatePhotos(faces, { ...params, cpus, signal });
      for await (const { photo, result } of variants) {
        if (result.ok) {
          await images.append(result.value);
          if (shown.has(done)) sheet.push(sheetRow(photo.id, result.value, size));
          ids.push(photo.id);
        } else {
          const { code, message } = result.failure;
          excluded.push({ id: photo.id, code, reason: message });
          context.log(`${photo.id}: ${code} ${message}`);
        }
        context.progress({ done: ++done, total: faces.length, unit: 'photos' });
      }
    } finally {
      await images.close();
    }
    if (ids.length === 0 && params.shards === 1) throw new FailureError(noPictures(faces.length));

    await writeFile(
      join(output, 'images.json'),
      `${JSON.stringify({ ids, variants: variantNames, excluded })}\n`,
    );
    if (sheet.length > 0)
      await writeContactSheet(join(output, 'contact-sheet.png'), sheet, {
        cell: Math.min(Math.max(size, leastCell), mostCell),
      });
    const figure = {
      name: 'contact-sheet',
      title: 'Manipulations',
      caption: `${sheet.length} of ${ids.length} photographs with a face: as they are, and with each manipulation, made at ${size} px.`,
      kind: 'sheet',
    } as const;
    const page = figuresPage(sheet.length > 0 ? [figure] : [], context.marks.includes('simulated'));
    await writeFile(join(output, 'manipulations.md'), page);
    const count = photos.length;
    context.metric({
      name: 'photos.manipulated',
      value: ids.length,
      direction: 'higher',
      unit: 'photos',
      count,
    });
    context.metric({
      name: 'photos.excluded',
      value: excluded.length,
      direction: 'lower',
      unit: 'photos',
      count,
    });
  },
});

/** The photos that have a face, in the order of the index. */
function facePhotos(folder: string, photos: readonly IndexedPhoto[], { faces }: LandmarkSet): FacePhoto[] {
  return photos.flatMap(({ id, width, height }) => {
    const face = faces.get(id);
    if (face === undefined) return [];
    const { box, landmarks } = face;
    // A copy: what is sent to a worker takes its whole buffer along.
    return [{ id, file: join(folder, id), maximumPixels: width * height, box, landmarks: landmarks.slice() }];
  });
}

function sheetRow(id: string, variants: Uint8Array, size: number): SheetRow {
  const length = 3 * size * size;
  const cells = variantNames.map((caption, i) => ({
    caption,
    image: { width: size, height: size, data: variants.slice(i * length, (i + 1) * length) },
  }));
  return { caption: id, cells };
}

const noPictures = (faces: number) => ({
  code: 'FACES_UNUSABLE',
  message: `none of ${faces} photos with a face could be read`,
  remedy: 'the log names the reason for each photo',
});
