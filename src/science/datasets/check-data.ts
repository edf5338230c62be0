/** What is there of the data an experiment names, beside what the paper has: a look that opens a few pictures and keeps nothing. */
import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { FailureError } from '../../failure.ts';
import { readImage } from '../image/read.ts';
import { randomOf } from '../random.ts';
import type { ImageShares } from './image-sets.ts';
import { splitFaces } from './faces.ts';
import { listGenerators, paperGeneratorNames } from './generators.ts';
import { indexPhotos } from './index-photos.ts';
import { openPhotoSource } from './open-photo-source.ts';
import { passedOverWords, type SourceOptions, type SourcePhoto } from './photo-source.ts';
import { paperCounts, publicSetsIn, type PublicSet } from './public-sets.ts';

/** Where an experiment says that its data is. */
export interface DataPlace {
  /** `data.photos`. */
  readonly parameter: string;
  /** As it was written: a path, or the stage that makes it. */
  readonly origin: string;
  /** Absent where a stage makes it. */
  readonly path?: string;
  /** What is expected there, in words. */
  readonly expected?: string | undefined;
}

export interface DataPlaces {
  readonly photos: DataPlace;
  readonly faces: DataPlace;
  readonly generated?: DataPlace | undefined;
  readonly generatedValidation?: DataPlace | undefined;
  /** A file that pretraining starts from. */
  readonly weights?: DataPlace | undefined;
}

export interface CheckOptions {
  readonly layout: SourceOptions['layout'];
  readonly licences?: readonly string[] | undefined;
  readonly split: ImageShares;
  readonly maximumPixels: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface DataFinding {
  readonly place: DataPlace;
  readonly state: 'made by a stage' | 'found' | 'amiss';
  /** `train`, `StyleGAN2`: how many there are, and how many the paper has. */
  readonly counts: readonly { readonly what: string; readonly count: number; readonly paper?: number }[];
  /** Sentences. */
  readonly remarks: readonly string[];
  readonly sets: readonly PublicSet[];
}

/** One finding for each place, in the order of `DataPlaces`. */
export async function checkData(places: DataPlaces, options: CheckOptions): Promise<DataFinding[]> {
  const { photos, faces, generated, generatedValidation, weights } = places;
  const looks = [
    look(photos, (path) => lookAtPhotos(path, options)),
    look(faces, (path) => lookAtFaces(path, options)),
    look(generated, (path) => lookAtGenerated(path, options)),
    look(generatedValidation, async (path) =>
      path === generated?.path
        ? { counts: [], remarks: [`those of ${generated.parameter}: what K is chosen by is tested with too`] }
        : lookAtGenerated(path, options),
    ),
    look(weights, lookAtFile),
  ];
  return (await Promise.all(looks)).filter((finding) => finding !== undefined);
}

type Sight = Pick<DataFinding, 'counts' | 'remarks'> & { readonly amiss?: boolean };

async function look(
  place: DataPlace | undefined,
  lookAt: (path: string) => Promise<Sight>,
): Promise<DataFinding | undefined> {
  if (place === undefined) return undefined;
  const { path } = place;
  const sets = publicSetsIn(place.expected ?? '');
  if (path === undefined) return { place, state: 'made by a stage', counts: [], remarks: [], sets: [] };
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return { place, state: 'amiss', counts: [], remarks: ['nothing is there'], sets };
  try {
    const { amiss = false, counts, remarks } = await lookAt(path);
    return { place, state: amiss ? 'amiss' : 'found', counts, remarks, sets };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { code, message, remedy } = error.failure;
    const remark = `${code} ${message}${remedy === undefined ? '' : ` (${remedy})`}`;
    return { place, state: 'amiss', counts: [], remarks: [remark], sets };
  }
}

async function lookAtPhotos(path: string, options: CheckOptions): Promise<Sight> {
  const { photos, passedOver } = await openPhotoSource(path, options);
  const shown = drawn(photos, options.seed);
  const index = await indexPhotos(path, shown, { ...options, duplicates: 'keep', concurrency: 2 });
  const [worst] = index.excluded;
  return {
    counts: [{ what: 'photographs', count: photos.length, paper: paperCounts.photos }],
    remarks: [
      ...passedOver.map(
        ({ code, count, first }) => `${count} passed over: ${passedOverWords[code]}; the first: ${first}`,
      ),
      ...licencesOf(photos),
      `${index.photos.length} of ${shown.length} drawn can be used${worst === undefined ? '' : `; ${worst.id}: ${worst.code} ${worst.reason}`}`,
    ],
    amiss: index.photos.length === 0,
  };
}

async function lookAtFaces(path: string, { split, seed, maximumPixels }: CheckOptions): Promise<Sight> {
  const { train, validation, test } = await splitFaces(path, split, seed);
  const opened = await openSome(path, [...train, ...test], seed, maximumPixels);
  return {
    counts: [
      { what: 'train', count: train.length, paper: paperCounts.train },
      { what: 'validation', count: validation.length },
      { what: 'test', count: test.length, paper: paperCounts.test },
    ],
    ...opened,
  };
}

async function lookAtGenerated(path: string, { seed, maximumPixels }: CheckOptions): Promise<Sight> {
  const generators = await listGenerators(path);
  const files = generators.flatMap(({ folder, files }) => files.map((file) => `${folder}/${file}`));
  const opened = await openSome(path, files, seed, maximumPixels);
  const missing = paperGeneratorNames.filter((name) => !generators.some((each) => each.name === name));
  return {
    counts: generators.map(({ name, files }) => ({
      what: name,
      count: files.length,
      ...(paperGeneratorNames.includes(name) && { paper: paperCounts.generatedMost }),
    })),
    remarks: [
      ...opened.remarks,
      ...(missing.length === 0
        ? []
        : [`of the paper's nine generators there is no ${missing.join(', no ')}`]),
    ],
    amiss: opened.amiss,
  };
}

async function lookAtFile(path: string): Promise<Sight> {
  const entry = await stat(path);
  const remark = entry.isFile() ? `a file of ${entry.size} bytes` : 'is no file';
  return { counts: [], remarks: [remark], amiss: !entry.isFile() || entry.size === 0 };
}

const most = 24;

function drawn<Item>(items: readonly Item[], seed: number): Item[] {
  const chosen = randomOf(seed, 'check').permutation(items.length).subarray(0, most).toSorted();
  return Array.from(chosen, (place) => items[place] as Item);
}

async function openSome(
  root: string,
  files: readonly string[],
  seed: number,
  maximumPixels: number,
): Promise<{ remarks: string[]; amiss: boolean }> {
  const sizes = new Map<string, number>();
  const failures: string[] = [];
  const shown = drawn(files, seed);
  for (const file of shown) {
    const image = await readImage(join(root, file), { maximumPixels });
    if (image.ok) {
      const size = `${image.value.width} x ${image.value.height}`;
      sizes.set(size, (sizes.get(size) ?? 0) + 1);
    } else failures.push(`${file}: ${image.failure.code} ${image.failure.message}`);
  }
  const [first] = failures;
  const common = [...sizes].toSorted((a, b) => b[1] - a[1]).slice(0, 3);
  return {
    remarks: [
      `${shown.length - failures.length} of ${shown.length} drawn can be read${first === undefined ? '' : `; ${first}`}`,
      ...(common.length === 0
        ? []
        : [`sizes among them: ${common.map(([size]) => `${size} px`).join(', ')}`]),
    ],
    amiss: failures.length === shown.length,
  };
}

/** `licences: Attribution License 12, ...`, where the data set names them. */
function licencesOf(photos: readonly SourcePhoto[]): string[] {
  const counts = new Map<string, number>();
  for (const { licence } of photos)
    if (licence !== undefined) counts.set(licence.name, (counts.get(licence.name) ?? 0) + 1);
  if (counts.size === 0) return [];
  const listed = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [`licences: ${listed.map(([name, count]) => `${name} ${count}`).join(', ')}`];
}
