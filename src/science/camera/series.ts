/** Runs of simulated files: the unit of work of one worker thread. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '../image/framing.ts';
import { families } from './generators/families.ts';
import { simulateGeneratedFace } from './generators/generated.ts';
import { encodeJpeg } from './jpeg.ts';
import { simulatePhoto } from './photo.ts';

export type SeriesKind =
  | { readonly name: 'photos' }
  | { readonly name: 'faces' }
  | { readonly name: 'generated'; readonly folder: string; readonly split: 'validation' | 'test' };

export interface Series {
  readonly kind: SeriesKind;
  readonly seed: number;
  /** px of a side. */
  readonly size: number;
  /** An existing folder to write into. */
  readonly folder: string;
  /** Digits of the files' names: `000000.jpg` has 6. */
  readonly digits: number;
  readonly first: number;
  readonly count: number;
}

/** The points of the photos of a series; empty for the other kinds. */
export interface SeriesPoints {
  /** (count, 68, 2) px */
  readonly landmarks: Float32Array<ArrayBuffer>;
  readonly boxes: readonly Box[];
}

/** Writes the pictures `first` to `first + count - 1` of a series. */
export async function writeSeries(series: Series): Promise<SeriesPoints> {
  const { kind, seed, size, folder, digits, first, count } = series;
  const landmarks = new Float32Array(kind.name === 'photos' ? count * 136 : 0);
  const boxes: Box[] = [];
  const write = async (index: number, jpeg: Promise<Buffer>): Promise<void> =>
    writeFile(join(folder, fileName(index, digits)), await jpeg, { flag: 'wx' });

  for (let index = first; index < first + count; index++) {
    switch (kind.name) {
      case 'photos': {
        const photo = simulatePhoto(seed, index, 'photos', size);
        landmarks.set(photo.landmarks, (index - first) * 136);
        boxes.push(photo.box);
        await write(index, encodeJpeg(photo.image, size, photo.quality, photo.tags));
        break;
      }
      case 'faces': {
        const face = simulatePhoto(seed, index, 'faces', size);
        await write(index, encodeJpeg(face.image, size, face.quality));
        break;
      }
      case 'generated': {
        const face = simulateGeneratedFace(seed, familyOf(kind.folder), kind.split, index, size);
        await write(index, encodeJpeg(face.image, size, face.quality));
        break;
      }
    }
  }
  return { landmarks, boxes };
}

/** `000042.jpg` */
export function fileName(index: number, digits: number): string {
  return `${String(index).padStart(digits, '0')}.jpg`;
}

function familyOf(folder: string): (typeof families)[number] {
  const family = families.find((candidate) => candidate.folder === folder);
  if (family === undefined) throw new RangeError(`no family of generators has the folder ${folder}`);
  return family;
}
