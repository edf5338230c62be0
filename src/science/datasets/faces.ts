/** Which faces train, choose and test: by the lists a data set brings, or by a seeded draw. */
import { access, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { FailureError } from '../../failure.ts';
import { randomOf } from '../random.ts';
import { listImages } from './folder.ts';

/** Paths relative to the folder of faces. No path is in two parts. */
export interface FaceSplit {
  readonly train: string[];
  readonly validation: string[];
  readonly test: string[];
}

/** Shares of all faces; the rest trains. */
export interface SplitShares {
  readonly validation: number;
  readonly test: number;
}

/**
 * The parts that `train.txt`, `validation.txt` and `test.txt` in the folder list (a path a line, relative to the folder, in their order);
 * without `validation.txt` its share is drawn from the training list. Without lists, a draw from `seed`, each part in code-point order.
 *
 * Fails with FACES_LIST_INCOMPLETE, FACES_LIST_FILE (a listed file is not there), FACES_LIST_OVERLAP, FACES_TOO_FEW, and as `listImages` does.
 */
export async function splitFaces(folder: string, shares: SplitShares, seed: number): Promise<FaceSplit> {
  const files = await listImages(folder);
  const [train, validation, test] = await Promise.all([
    readList(folder, 'train.txt', files),
    readList(folder, 'validation.txt', files),
    readList(folder, 'test.txt', files),
  ]);
  if (train === undefined && validation === undefined && test === undefined)
    return drawSplit(folder, files, shares, seed);
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

async function readList(
  folder: string,
  name: string,
  files: readonly string[],
): Promise<string[] | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const known = new Set(files);
  const listed: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const path = posix.normalize(line.trim());
    const inside = !path.startsWith('../') && !posix.isAbsolute(path);
    if (!known.has(path) && !(inside && (await exists(join(folder, path)))))
      throw new FailureError({
        code: 'FACES_LIST_FILE',
        message: inside
          ? `lists ${JSON.stringify(path)}, which is not in ${folder}`
          : `lists ${JSON.stringify(path)}, which lies outside its folder`,
        place: `${join(folder, name)}:${index + 1}`,
      });
    listed.push(path);
  }
  return listed;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function drawSplit(folder: string, files: readonly string[], shares: SplitShares, seed: number): FaceSplit {
  const order = randomOf(seed, 'split').permutation(files.length);
  const test = partSize(files.length, shares.test);
  const validation = partSize(files.length, shares.validation);
  if (test + validation >= files.length) throw tooFew(folder, files.length);
  const part = (start: number, end: number): string[] =>
    Array.from(order.subarray(start, end), (index) => files[index] as string).toSorted();
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
  const drawn = new Set(randomOf(seed, 'split').permutation(train.length).subarray(0, count));
  return {
    train: train.filter((_, index) => !drawn.has(index)),
    validation: train.filter((_, index) => drawn.has(index)),
    test,
  };
}

/** A share above zero is never an empty part. */
const partSize = (count: number, share: number): number =>
  share > 0 ? Math.max(1, Math.round(count * share)) : 0;

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
