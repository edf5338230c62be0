/** Which faces train, choose and test: by the lists or folders a data set brings, or by a seeded draw. */
import { constants, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { FailureError } from '../../failure.ts';
import { listImages } from './folder.ts';
import { resolverOf } from './listed-path.ts';
import { orderByRank } from './shards.ts';

/** Paths relative to the folder of faces. No path is in two parts. */
export interface FaceSplit {
  readonly train: string[];
  readonly validation: string[];
  readonly test: string[];
}

/** Below 1 a share of all faces, from 1 on a number of them; the rest trains. */
export interface SplitShares {
  readonly validation: number;
  readonly test: number;
}

/**
 * The parts that `train.txt`, `validation.txt` and `test.txt` in the folder list (a path a line, relative to the folder, in their order; see
 * `resolverOf`), or the folders `train`, `val` and `test` hold where all faces lie in those; without a part to choose by, it is drawn
 * from the training part. Without either, a draw from `seed`, each part in code-point order.
 *
 * Fails with FACES_LIST_UNREADABLE, FACES_LIST_INCOMPLETE, FACES_LIST_FILE (a listed file is not there), FACES_LIST_OVERLAP, FACES_TOO_FEW, and as `listImages` does.
 */
export async function splitFaces(folder: string, shares: SplitShares, seed: number): Promise<FaceSplit> {
  const files = await listFaces(folder);
  const resolve = resolverOf(files);
  const [train, validation, test] = await Promise.all([
    readList(folder, 'train.txt', resolve),
    readList(folder, 'validation.txt', resolve),
    readList(folder, 'test.txt', resolve),
  ]);
  if (train === undefined && validation === undefined && test === undefined)
    return splitByFolders(folder, files, shares, seed) ?? drawSplit(folder, files, shares, seed);
  if (train === undefined || test === undefined)
    throw new FailureError({
      code: 'FACES_LIST_INCOMPLETE',
      message: `has no ${train === undefined ? 'train.txt' : 'test.txt'} beside its other lists`,
      place: folder,
      remedy: 'add train.txt and test.txt, or remove all lists for a draw',
    });
  const split =
    validation === undefined
      ? drawValidation(folder, train, test, shares, seed)
      : { train, validation, test };
  refuseOverlap(folder, split);
  return split;
}

/** What is no face: the masks of CelebAMask-HQ, and what a tree of CNNDetection's layout holds of generated images. */
async function listFaces(folder: string): Promise<string[]> {
  const files = await listImages(folder);
  return files.filter((file) => !/(^|\/)(CelebAMask-HQ-mask[^/]*|1_fake)\//.test(file));
}

/** As StarGAN v2 hands CelebA-HQ out: `train/...` and `val/...`, or `test/...`; `val` alone is the test. */
function splitByFolders(
  folder: string,
  files: readonly string[],
  shares: SplitShares,
  seed: number,
): FaceSplit | undefined {
  const within = (...names: string[]): string[] =>
    files.filter(
      (file) => names.includes((file.split('/')[0] as string).toLowerCase()) && file.includes('/'),
    );
  const [train, val, test] = [within('train'), within('val', 'validation'), within('test')];
  if (train.length === 0 || train.length === files.length) return undefined;
  if (train.length + val.length + test.length < files.length) return undefined;
  if (test.length > 0 && val.length > 0) return { train, validation: val, test };
  return drawValidation(folder, train, test.length > 0 ? test : val, shares, seed);
}

async function readList(
  folder: string,
  name: string,
  resolve: (listed: string) => string | undefined,
): Promise<string[] | undefined> {
  const flag = constants.O_RDONLY | constants.O_NONBLOCK; // a pipe is not waited for
  const reading = readFile(join(folder, name), { encoding: 'utf8', flag });
  const text = await reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new FailureError({
      code: 'FACES_LIST_UNREADABLE',
      message: `cannot be read: ${error.code}`,
      place: join(folder, name),
      remedy: 'expected a text file with a path a line',
    });
  });
  if (text === undefined) return undefined;
  const faces: string[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const listed = line.trim();
    if (listed === '') continue;
    const path = posix.normalize(listed.replaceAll('\\', '/'));
    const outside = path.startsWith('../');
    const face = outside ? undefined : resolve(path);
    if (face === undefined)
      throw new FailureError({
        code: 'FACES_LIST_FILE',
        message: outside
          ? `lists ${JSON.stringify(path)}, which lies outside its folder`
          : `lists ${JSON.stringify(path)}, which is not in ${folder}`,
        place: `${join(folder, name)}:${index + 1}`,
      });
    faces.push(face);
  }
  return faces;
}

function drawSplit(folder: string, files: readonly string[], shares: SplitShares, seed: number): FaceSplit {
  const order = orderByRank(files, seed);
  const test = partSize(files.length, shares.test);
  const validation = partSize(files.length, shares.validation);
  if (test + validation >= files.length) throw tooFew(folder, files.length);
  const part = (start: number, end: number): string[] =>
    order
      .slice(start, end)
      .map((index) => files[index] as string)
      .toSorted();
  return {
    train: part(test + validation, files.length),
    validation: part(test, test + validation),
    test: part(0, test),
  };
}

/** Keeps the order of the list. */
function drawValidation(
  folder: string,
  train: readonly string[],
  test: string[],
  shares: SplitShares,
  seed: number,
): FaceSplit {
  const count = partSize(train.length, shares.validation);
  if (count >= train.length) throw tooFew(folder, train.length);
  const drawn = new Set(orderByRank(train, seed).slice(0, count));
  return {
    train: train.filter((_, index) => !drawn.has(index)),
    validation: train.filter((_, index) => drawn.has(index)),
    test,
  };
}

/** Of `count`. A share above zero is never an empty part. */
export const partSize = (count: number, part: number): number =>
  part >= 1 ? Math.round(part) : part > 0 ? Math.max(1, Math.round(count * part)) : 0;

function tooFew(folder: string, count: number): FailureError {
  return new FailureError({
    code: 'FACES_TOO_FEW',
    message: `holds ${count} faces, which leaves none to train on after validation and test`,
    place: folder,
  });
}

function refuseOverlap(folder: string, split: FaceSplit): void {
  const partOf = new Map<string, string>();
  for (const [part, paths] of Object.entries(split) as [string, string[]][])
    for (const path of paths) {
      const other = partOf.get(path);
      if (other !== undefined)
        throw new FailureError({
          code: 'FACES_LIST_OVERLAP',
          message: `lists ${JSON.stringify(path)} twice: in ${other}.txt and ${part}.txt`,
          place: folder,
          remedy: 'a face may be in one list, once',
        });
      partOf.set(path, part);
    }
}
