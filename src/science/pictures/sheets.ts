/** Sheets of faces: the sets that were compared, the manipulations, and the detections that went best and worst. */
import { join } from 'node:path';
import { writeContactSheet, type SheetRow } from '../image/contact-sheet.ts';
import type { Image } from '../image/image.ts';
import { readImage } from '../image/read.ts';

/** A set of images that were scored, in the order of the scores. */
export interface ScoredSet {
  /** `real faces`, or the generator. */
  readonly name: string;
  /** Folder that the ids are relative to. */
  readonly root: string;
  readonly ids: readonly string[];
  readonly scores: Float64Array;
}

/** Where a sheet goes; one of simulated data says so in its first line. */
export interface SheetPlace {
  readonly file: string;
  readonly simulated: boolean;
}

const across = 8;
const side = 120; // px

async function writeSheet({ file, simulated }: SheetPlace, rows: readonly SheetRow[]): Promise<void> {
  const first: readonly SheetRow[] = simulated ? [{ caption: 'Simulated data', cells: [] }] : [];
  await writeContactSheet(file, [...first, ...rows], { cell: side, columns: across });
}

/** The first images of each set; `photographs` are cells of the pretext task. */
export async function writeFacesSheet(
  place: SheetPlace,
  photographs: readonly Image[],
  sets: readonly ScoredSet[],
): Promise<void> {
  const rows: SheetRow[] = [
    { caption: 'photographs to learn from', cells: photographs.slice(0, across).map((image) => ({ image })) },
  ];
  for (const { name, root, ids } of sets) {
    const images = await Promise.all(ids.slice(0, across).map((id) => readImage(join(root, id))));
    rows.push({
      caption: name,
      cells: images.flatMap((image) => (image.ok ? [{ image: image.value }] : [])),
    });
  }
  await writeSheet(place, rows);
}

/** A face a column, a manipulation a row. `images.npy` (N, 5, S, S, 3). */
export async function writeManipulationsSheet(
  place: SheetPlace,
  images: readonly (readonly Image[])[],
  variants: readonly string[],
): Promise<void> {
  const rows = variants.map((variant, place) => ({
    caption: spoken(variant),
    cells: images
      .slice(0, across)
      .flatMap((face) => (face[place] === undefined ? [] : [{ image: face[place] }])),
  }));
  await writeSheet(place, rows);
}

/** Eight of each corner of the detector: kept and flagged, rightly and wrongly. */
export async function writeDetectionsSheet(
  place: SheetPlace,
  real: ScoredSet,
  generated: readonly ScoredSet[],
  threshold: number,
): Promise<void> {
  const corners = [
    { caption: 'real, kept most surely', items: ranked([real], 'highest') },
    {
      caption: 'real, flagged wrongly',
      items: ranked([real], 'lowest').filter(({ score }) => score < threshold),
    },
    { caption: 'generated, flagged most surely', items: ranked(generated, 'lowest') },
    {
      caption: 'generated, missed',
      items: ranked(generated, 'highest').filter(({ score }) => score >= threshold),
    },
  ];
  const rows: SheetRow[] = [];
  for (const { caption, items } of corners) {
    const cells = await Promise.all(
      items.map(async ({ set, id, score }) => {
        const image = await readImage(join(set.root, id));
        return image.ok ? [{ image: image.value, caption: `${score.toFixed(0)} ${set.name}` }] : [];
      }),
    );
    rows.push({ caption: `${caption}${items.length === 0 ? ': none' : ''}`, cells: cells.flat() });
  }
  await writeSheet(place, rows);
}

interface RankedImage {
  readonly set: ScoredSet;
  readonly id: string;
  readonly score: number;
}

/** The eight at one end; of equal scores those that come first. */
function ranked(sets: readonly ScoredSet[], end: 'highest' | 'lowest'): RankedImage[] {
  const sign = end === 'highest' ? -1 : 1;
  return sets
    .flatMap((set) => set.ids.map((id, place) => ({ set, id, score: set.scores[place] as number })))
    .toSorted((a, b) => sign * (a.score - b.score))
    .slice(0, across);
}

/** `mouthFlipVertical`: mouth flip vertical. */
const spoken = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
