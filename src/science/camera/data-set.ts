/** The simulated data set in folders, as the real ones come: photographs with EXIF, real faces, generated faces, landmarks. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { createNpy } from '../array/npy.ts';
import type { Box } from '../image/framing.ts';
import { families } from './generators/families.ts';
import { fileName, type Series, type SeriesKind, type SeriesPoints } from './series.ts';

export interface DataSetSize {
  readonly seed: number;
  /** px of a picture's side. */
  readonly size: number;
  readonly photos: number;
  readonly faces: { readonly train: number; readonly validation: number; readonly test: number };
  /** Of each family. */
  readonly generated: { readonly validation: number; readonly test: number };
}

export interface DataSetWork {
  /** An existing folder. */
  readonly output: string;
  /** Worker threads; the bytes written do not depend on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/** Writes `photos/`, `landmarks/`, `faces/`, `generated/` and `generated-validation/` into `output`. */
export async function writeDataSet(sizes: DataSetSize, work: DataSetWork): Promise<void> {
  const series = await planSeries(sizes, work.output);
  const total = series.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  const pool = new Piscina<Series, SeriesPoints>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: work.workers,
  });
  try {
    const results = await Promise.all(
      series.map(async (task) => {
        const points = await pool.run(task, { signal: work.signal });
        done += task.count;
        work.onProgress?.(done, total);
        return points;
      }),
    );
    await writeLandmarks(join(work.output, 'landmarks'), results);
    await writeFaceLists(join(work.output, 'faces'), sizes.faces);
  } finally {
    await pool.destroy();
  }
}

/** CelebA-HQ's folder of faces. */
const faceFolder = 'celeba_hq_256';
/** Pictures of a task: enough to forget its cost, few enough to see progress. */
const seriesLength = 50;

/** Makes the folders; returns the work in the order of the files. */
async function planSeries(
  { seed, size, photos, faces, generated }: DataSetSize,
  output: string,
): Promise<Series[]> {
  const series: Series[] = [];
  const add = async (kind: SeriesKind, folder: string, digits: number, total: number): Promise<void> => {
    const path = join(output, folder);
    await mkdir(path, { recursive: true });
    for (let first = 0; first < total; first += seriesLength)
      series.push({
        kind,
        seed,
        size,
        folder: path,
        digits,
        first,
        count: Math.min(seriesLength, total - first),
      });
  };
  await add({ name: 'photos' }, 'photos', 6, photos);
  await add({ name: 'faces' }, join('faces', faceFolder), 5, faces.train + faces.validation + faces.test);
  for (const { folder } of families) {
    await add({ name: 'generated', folder, split: 'test' }, join('generated', folder), 6, generated.test);
    const validation = join('generated-validation', folder);
    await add({ name: 'generated', folder, split: 'validation' }, validation, 6, generated.validation);
  }
  return series;
}

/** The first faces train, the next choose, the last test. */
async function writeFaceLists(
  folder: string,
  { train, validation, test }: DataSetSize['faces'],
): Promise<void> {
  await writeFile(join(folder, 'train.txt'), faceLines(0, train));
  await writeFile(join(folder, 'validation.txt'), faceLines(train, validation));
  await writeFile(join(folder, 'test.txt'), faceLines(train + validation, test));
}

function faceLines(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `${faceFolder}/${fileName(first + i, 5)}\n`).join('');
}

/** As the landmarks stage writes them, of the photos. */
async function writeLandmarks(folder: string, series: readonly SeriesPoints[]): Promise<void> {
  await mkdir(folder);
  const array = await createNpy(join(folder, 'landmarks.npy'), '<f4', [68, 2]);
  try {
    for (const { landmarks } of series) if (landmarks.length > 0) await array.append(landmarks);
  } finally {
    await array.close();
  }
  const boxes = series.flatMap((points) => points.boxes.map(boxNumbers));
  const description = {
    source: 'simulator',
    ids: boxes.map((_, index) => fileName(index, 6)),
    boxes,
    confidence: boxes.map(() => 1),
    missing: [],
  };
  await writeFile(join(folder, 'landmarks.json'), `${JSON.stringify(description)}\n`);
}

function boxNumbers({ x, y, width, height }: Box): readonly [number, number, number, number] {
  return [hundredths(x), hundredths(y), hundredths(width), hundredths(height)];
}

/** To a hundredth of a px. */
const hundredths = (value: number): number => Math.round(100 * value) / 100;
