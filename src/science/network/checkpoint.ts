/**
 * A training run on disk: one file, replaced by renaming, so that a kill at any moment leaves the old or the new one.
 * Older ones can be kept behind it. A line of JSON, then the numbers as they lie in memory, then the SHA-256 of all before it.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../json.ts';
import type { TrainingState } from './training-state.ts';

/** What is kept beside the state, such as the curve so far. */
export type Record = Json;

const format = 1;
const digestBytes = 32;

/** The file a checkpoint in `folder` has. */
export const checkpointFile = (folder: string): string => join(folder, 'training.checkpoint');

/** The newest is 0; older ones are numbered. */
const keptFile = (folder: string, age: number): string =>
  age === 0 ? checkpointFile(folder) : `${checkpointFile(folder)}.${age}`;

/**
 * Writes state and record; on disk when the promise resolves. `work` names what is trained, for `loadCheckpoint`.
 * The last `kept` checkpoints stay.
 */
export async function saveCheckpoint(
  folder: string,
  work: string,
  state: TrainingState,
  record: Record,
  kept = 1,
): Promise<void> {
  const arrays = arraysOf(state);
  const head = Buffer.from(
    `${JSON.stringify({ format, work, step: state.step, sizes: sizes(arrays), record })}\n`,
  );
  const parts = [
    head,
    ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  ];
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  const file = checkpointFile(folder);
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, 'w');
  try {
    for (const part of [...parts, digest.digest()]) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
  for (let age = kept - 1; age > 0; age--)
    await rename(keptFile(folder, age - 1), keptFile(folder, age)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  await rename(unfinished, file);
}

/**
 * Puts the last checkpoint of the same `work` into `state` and returns its record; undefined when there is none
 * that can be used: absent, damaged, or of other work. An older one that was kept stands in for it.
 */
export async function loadCheckpoint(
  folder: string,
  work: string,
  state: TrainingState,
  kept = 1,
): Promise<Record | undefined> {
  for (let age = 0; age < kept; age++) {
    const record = await loadOne(keptFile(folder, age), work, state);
    if (record !== undefined) return record;
  }
  return undefined;
}

async function loadOne(file: string, work: string, state: TrainingState): Promise<Record | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined || bytes.length < digestBytes) return undefined;
  const body = bytes.subarray(0, -digestBytes);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(-digestBytes))) return undefined;
  const end = body.indexOf('\n');
  const head = JSON.parse(body.toString('utf8', 0, end)) as Head;
  const arrays = arraysOf(state);
  if (head.format !== format || head.work !== work || head.sizes.join() !== sizes(arrays).join())
    return undefined;
  let offset = end + 1;
  for (const array of arrays) {
    const target = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    offset += body.copy(target, 0, offset);
  }
  state.step = head.step;
  return head.record;
}

interface Head {
  readonly format: number;
  readonly work: string;
  readonly step: number;
  readonly sizes: readonly number[];
  readonly record: Record;
}

function arraysOf({ parameters, moments, best }: TrainingState): Float32Array[] {
  return [parameters, ...(best === undefined ? [] : [best])]
    .flatMap(({ weights, statistics }) => [weights.data, statistics.data])
    .concat(moments.first, moments.second);
}

const sizes = (arrays: readonly Float32Array[]): number[] => arrays.map((array) => array.length);
