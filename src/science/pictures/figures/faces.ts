import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomOf } from '../../random.ts';
import type { Figure } from '../figures-page.ts';
import { readVariants, writeDetectionsSheet, writeFacesSheet, writeManipulationsSheet } from '../sheets.ts';
import type { ScoredImages } from './detections.ts';
import type { FiguresHost } from './write-chart.ts';

export interface SheetsHost extends FiguresHost {
  readonly params: { readonly seed: number };
}

const shown = 8;

/** The sheets of faces, manipulations and detections. */
export async function drawSheets(
  { evaluation, real, generated }: ScoredImages,
  { inputs, output, params, signal, simulated }: SheetsHost,
): Promise<readonly Figure[]> {
  signal.throwIfAborted();
  const folder = inputs.one('manipulated').path;
  const { ids, variants } = JSON.parse(await readFile(join(folder, 'images.json'), 'utf8')) as {
    ids: readonly string[];
    variants: readonly string[];
  };
  const chosen = [...randomOf(params.seed, 'sheet').permutation(ids.length).subarray(0, shown)].toSorted(
    (a, b) => a - b,
  );
  const faces = await readVariants(join(folder, 'images.npy'), chosen);
  const place = (name: string) => ({ file: join(output, `${name}.png`), simulated });
  const originals = faces.flatMap(([original]) => (original === undefined ? [] : [original]));
  await writeFacesSheet(place('faces'), originals, [{ ...real, name: 'real faces' }, ...generated]);
  await writeManipulationsSheet(place('manipulations'), faces, variants);
  await writeDetectionsSheet(place('detections'), real, generated, evaluation.threshold);
  return [
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
