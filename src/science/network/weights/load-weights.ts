/**
 * Puts the tensors of a file into a network's parameters, by name. Wrappings that published checkpoints have around
 * their names are taken off: `{'model': ...}`, `state_dict`, `module.`, and EXIF-as-language's `model.visual.`.
 */
import { open } from 'node:fs/promises';
import { FailureError } from '../../../failure.ts';
import { sizeOf, type NamedParameter } from '../layout.ts';
import type { Parameters } from '../parameters.ts';
import { openPytorch } from './pytorch.ts';
import { openSafetensors } from './safetensors.ts';
import { refused, type TensorFile } from './tensor-file.ts';

export interface LoadedWeights {
  /** What stood before the names in the file: `model.visual.`, often nothing. */
  readonly prefix: string;
  /** Names of the network's parameters that were filled. */
  readonly loaded: readonly string[];
  /** Of those that the file does not have; they keep their initial numbers. */
  readonly missing: readonly string[];
  /** Names in the file, as they stand there, that the network does not have. */
  readonly unexpected: readonly string[];
}

/** Reads `.pt`, `.pth` (zip) and `.safetensors`, told by their bytes. Throws WEIGHTS_UNREADABLE, WEIGHTS_REFUSED, WEIGHTS_DAMAGED, WEIGHTS_SHAPE, WEIGHTS_FOREIGN; the place is the file. */
export async function loadWeights(path: string, parameters: Parameters): Promise<LoadedWeights> {
  try {
    const file = await openTensors(path);
    try {
      return await fill(file, parameters);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FailureError) throw new FailureError({ place: path, ...error.failure });
    throw new FailureError({
      code: 'WEIGHTS_UNREADABLE',
      message: `cannot be read: ${(error as Error).message}`,
      place: path,
    });
  }
}

/** The file's tensors, whatever its format. Close it. */
async function openTensors(path: string): Promise<TensorFile> {
  const file = await open(path, 'r');
  const start = Buffer.alloc(9);
  try {
    await file.read(start, 0, 9, 0);
  } finally {
    await file.close();
  }
  if (start.readUInt32LE(0) === 0x04034b50) return openPytorch(path);
  if (start.readUInt8(8) === 0x7b) return openSafetensors(path);
  if (start.readUInt8(0) === 0x80) throw refused('is a bare pickle or a checkpoint of PyTorch before 1.6');
  throw refused('is neither a PyTorch checkpoint nor safetensors');
}

async function fill(file: TensorFile, { weights, statistics }: Parameters): Promise<LoadedWeights> {
  const wanted = [weights, statistics].flatMap(({ parameters, views }) =>
    parameters.map((parameter, i) => ({ parameter, view: views[i] as Float32Array })),
  );
  const prefix = commonPrefix(
    file,
    wanted.map(({ parameter }) => parameter.name),
  );
  const present = wanted.filter(({ parameter }) => file.tensors.has(prefix + parameter.name));
  if (present.length === 0)
    throw foreign(
      file,
      wanted.map(({ parameter }) => parameter),
    );
  const wrong = present.flatMap(({ parameter }) => shapeMismatch(parameter, file, prefix));
  if (wrong.length > 0)
    throw new FailureError({
      code: 'WEIGHTS_SHAPE',
      message: `${wrong.slice(0, 5).join('; ')}${wrong.length > 5 ? `; and ${wrong.length - 5} more` : ''}`,
      remedy: 'name the network these weights were made for',
    });
  for (const { parameter, view } of present) {
    const numbers = await file.read(prefix + parameter.name);
    const broken = numbers.findIndex((number) => !Number.isFinite(number));
    if (broken >= 0)
      throw new FailureError({
        code: 'WEIGHTS_DAMAGED',
        message: `${prefix}${parameter.name} has a number that is not finite`,
      });
    view.set(numbers);
  }
  const used = new Set(present.map(({ parameter }) => prefix + parameter.name));
  const names = new Set(present.map(({ parameter }) => parameter.name));
  return {
    prefix,
    loaded: [...names],
    missing: wanted.map(({ parameter }) => parameter.name).filter((name) => !names.has(name)),
    unexpected: [...file.tensors.keys()].filter(
      (name) => !used.has(name) && !name.endsWith('.num_batches_tracked'),
    ),
  };
}

/** Of all beginnings before a wanted name, the one with which the most are found; the first of equals. */
function commonPrefix(file: TensorFile, names: readonly string[]): string {
  const wanted = new Set(names);
  const counts = new Map<string, number>();
  for (const name of file.tensors.keys())
    for (let border = -1; ;) {
      if (wanted.has(name.slice(border + 1))) {
        const prefix = name.slice(0, border + 1);
        counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
      }
      border = name.indexOf('.', border + 1);
      if (border < 0) break;
    }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ['', 0])[0];
}

function shapeMismatch({ name, shape }: NamedParameter, file: TensorFile, prefix: string): string[] {
  const found = file.tensors.get(prefix + name)?.shape ?? [];
  return sizeOf(found) === sizeOf(shape) && found.join() === shape.join()
    ? []
    : [`${prefix}${name} is (${found.join(', ')}), the network has (${shape.join(', ')})`];
}

function foreign(file: TensorFile, parameters: readonly NamedParameter[]): FailureError {
  return new FailureError({
    code: 'WEIGHTS_FOREIGN',
    message: `has none of the network's parameters: its tensors are ${some([...file.tensors.keys()])}..., the network's ${some(parameters.map(({ name }) => name))}...`,
    remedy: 'name the network these weights were made for',
  });
}

const some = (names: readonly string[]): string => names.slice(0, 3).join(', ');
