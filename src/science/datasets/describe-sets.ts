/**
 * From sets of images to rows of numbers: the reading loop that `features` and `statistics` share. Images are
 * prepared in parallel and described in batches, the next batch being read while the present one is described;
 * at most two batches are in memory. What is written depends neither on the number of cores nor on timing.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Failure, Result } from '../../failure.ts';
import type { StageProgress } from '../../stage.ts';
import { createNpy, type NpyWriter } from '../array/npy.ts';

/** Images of one kind, described together. */
export interface ImageSet {
  /** The folder written, and what people call the set: `train`, `generated-test/LDM`. */
  readonly name: string;
  /** Folder that the ids are relative to. */
  readonly root: string;
  /** Relative paths (POSIX separators), in the order of the rows. */
  readonly ids: readonly string[];
}

/** Makes of one image the S x S x 3 RGB bytes to be described, or says why it cannot. `name` is unique over all sets. */
export type Prepare = (file: string, name: string) => Promise<Result<Uint8Array>>;

/** Something that turns an image into F numbers: a network, a list of statistics. */
export interface Describer {
  /** F, the numbers per image. */
  readonly width: number;
  /** `images`: (count, S, S, 3) uint8 RGB, each row as `Prepare` made it; returns (count, F), row by row. */
  describe(images: Uint8Array, count: number): Float32Array | Promise<Float32Array>;
}

export interface DescribeSettings {
  /** A folder; each set gets `NAME/features.npy` and `NAME/index.json` in it. */
  readonly output: string;
  /** Images described at a time. */
  readonly batch: number;
  /** Images read at a time. */
  readonly cpus: number;
  readonly signal: AbortSignal;
  readonly progress: (update: StageProgress) => void;
}

/** `index.json`: the images behind the rows, in order, and those that were left out. */
export interface SetIndex {
  readonly ids: readonly string[];
  readonly excluded: readonly { readonly id: string; readonly code: string; readonly reason: string }[];
}

/** Describes all sets and writes them; returns what was written for each, in the order given. */
export async function describeSets(
  sets: readonly ImageSet[],
  prepare: Prepare,
  describer: Describer,
  settings: DescribeSettings,
): Promise<SetIndex[]> {
  const total = sets.reduce((sum, set) => sum + set.ids.length, 0);
  const indices: SetIndex[] = [];
  let done = 0;
  for (const set of sets) {
    const before = done;
    const advance = (inSet: number): void => {
      done = before + inSet;
      settings.progress({ done, total, unit: 'images', note: set.name });
    };
    indices.push(await describeSet(set, prepare, describer, settings, advance));
  }
  return indices;
}

async function describeSet(
  set: ImageSet,
  prepare: Prepare,
  describer: Describer,
  { output, batch, cpus, signal }: DescribeSettings,
  advance: (imagesDone: number) => void,
): Promise<SetIndex> {
  const folder = join(output, set.name);
  await mkdir(folder, { recursive: true });
  const ids: string[] = [];
  const excluded: SetIndex['excluded'][number][] = [];
  const limit = pLimit(cpus);
  const prepareOne = async (id: string): Promise<Prepared> => ({
    id,
    image: await prepare(join(set.root, id), `${set.name}/${id}`),
  });
  const read = (first: number): Promise<Prepared[]> => {
    const images = Promise.all(set.ids.slice(first, first + batch).map((id) => limit(prepareOne, id)));
    images.catch(() => undefined); // it is awaited later than it may fail
    return images;
  };

  const writer = await createNpy(join(folder, 'features.npy'), '<f4', [describer.width]);
  let next = read(0);
  try {
    for (let first = 0; first < set.ids.length; first += batch) {
      const images: Uint8Array[] = [];
      for (const { id, image } of await next) {
        if (image.ok) {
          ids.push(id);
          images.push(image.value);
        } else excluded.push(exclusion(id, image.failure));
      }
      signal.throwIfAborted();
      next = read(first + batch);
      await appendRows(writer, images, describer);
      advance(Math.min(first + batch, set.ids.length));
    }
  } finally {
    await next.catch(() => undefined); // reading ahead must not outlive a failure
    await writer.close();
  }
  const index: SetIndex = { ids, excluded };
  await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, null, 1)}\n`);
  return index;
}

interface Prepared {
  readonly id: string;
  readonly image: Result<Uint8Array>;
}

const exclusion = (id: string, { code, message }: Failure) => ({ id, code, reason: message });

async function appendRows(
  writer: NpyWriter<'<f4'>,
  images: readonly Uint8Array[],
  describer: Describer,
): Promise<void> {
  const [first] = images;
  if (first === undefined) return;
  const joined = new Uint8Array(images.length * first.length);
  images.forEach((image, row) => joined.set(image, row * first.length));
  const rows = await describer.describe(joined, images.length); // (count, F)
  await writer.append(rows as Float32Array<ArrayBuffer>);
}
