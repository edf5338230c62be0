import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from '../../image/image.ts';
import { randomOf } from '../../random.ts';
import { openFaces, type Face } from '../../ranking/faces.ts';
import type { Figure } from '../figures-page.ts';
import { writeDetectionsSheet, writeFacesSheet, writeManipulationsSheet } from '../sheets.ts';
import type { ScoredImages } from './detections.ts';
import type { FiguresHost } from './write-chart.ts';

export interface SheetsHost extends FiguresHost {
  readonly params: { readonly seed: number };
}

const shown = 8;

/** The sheets of faces as they were found, of the sets, of manipulations and of detections. */
export async function drawSheets(
  { evaluation, real, generated }: ScoredImages,
  { inputs, output, params, signal, simulated }: SheetsHost,
): Promise<readonly Figure[]> {
  signal.throwIfAborted();
  const { variants, faces } = await someVariants({ inputs, params });
  const place = (name: string) => ({ file: join(output, `${name}.png`), simulated });
  const originals = faces.flatMap(([original]) => (original === undefined ? [] : [original]));
  const located = await copyIfThere(
    join(inputs.one('located').path, 'contact-sheet.png'),
    join(output, 'landmarks.png'),
  );
  await writeFacesSheet(place('faces'), originals, [{ ...real, name: 'real faces' }, ...generated]);
  await writeManipulationsSheet(place('manipulations'), faces, variants);
  await writeDetectionsSheet(place('detections'), real, generated, evaluation.threshold);
  const landmarks: Figure = {
    name: 'landmarks',
    kind: 'sheet',
    title: 'Faces and their points',
    caption: 'Faces in photographs with the 68 points that the manipulations go by.',
  };
  return [
    ...(located ? [landmarks] : []),
    {
      name: 'faces',
      kind: 'sheet',
      title: 'Faces',
      caption: `Photographs to learn from, real faces of the ${evaluation.split} set, and ${generated.length} generators.`,
    },
    {
      name: 'manipulations',
      kind: 'sheet',
      title: 'Manipulations',
      caption: 'Photographs, each with the manipulations that the pretext task tells apart.',
    },
    {
      name: 'detections',
      kind: 'sheet',
      title: 'Best and worst detections',
      caption: 'Below each face its log-likelihood and where it comes from.',
    },
  ];
}

/** Whether there is such a file: a part of the photographs without any face has no sheet. */
const copyIfThere = (from: string, to: string): Promise<boolean> =>
  copyFile(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Of some photographs the pictures that `manipulate` made. */
async function someVariants({ inputs, params }: Pick<SheetsHost, 'inputs' | 'params'>): Promise<{
  readonly variants: readonly string[];
  readonly faces: Image[][];
}> {
  const folders = inputs.all('manipulated').map(({ path }) => path);
  const source = await openFaces(join(inputs.one('index').path, 'photos.json'), folders);
  try {
    const { size, variants } = source;
    const order = randomOf(params.seed, 'sheet').permutation(source.faces.length);
    const chosen = [...order.subarray(0, shown)].toSorted((a, b) => a - b);
    const faces = chosen.map(async (place) => {
      const face = source.faces[place] as Face;
      const pictures = variants.map(async (_, variant): Promise<Image> => ({
        width: size,
        height: size,
        data: await source.read([{ face, variant }]),
      }));
      return Promise.all(pictures);
    });
    return { variants, faces: await Promise.all(faces) };
  } finally {
    await source.close();
  }
}
