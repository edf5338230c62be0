/**
 * The header of a `.npy` file (numpy.lib.format, versions 1.0 to 3.0): a Python dictionary as text, which says what the
 * numbers behind it are. Whatever is not understood is refused with the file and what was found there.
 */
import type { FileHandle } from 'node:fs/promises';
import { FailureError } from '../../failure.ts';
import { readInPieces } from './pieces.ts';

export interface NpyHeader {
  /** NumPy's word for the type of the numbers: `<f4`. A structured type is given as it is written. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Position of the first number in the file, bytes. */
  readonly offset: number;
}

const magic = '\x93NUMPY';

/** Room for any shape of up to six axes; the header is padded to it, so that it can be written last. */
export const headerBytes = 128;

/** Version 1.0, as NumPy writes it. */
export function encodeHeader(type: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const bytes = Buffer.alloc(headerBytes, ' ');
  bytes.write(`${magic}\x01\x00`, 0, 'latin1');
  bytes.writeUInt16LE(headerBytes - 10, 8);
  bytes.write(text, 10, 'latin1');
  bytes.write('\n', headerBytes - 1);
  return bytes;
}

/** Throws NPY_HEADER. `place` is the name of the file. */
export async function readHeader(handle: FileHandle, place: string): Promise<NpyHeader> {
  const { text, offset } = await headerText(handle, place);
  const { descr, fortran_order: order, shape } = entriesOf(text, place);
  if (descr === undefined || order === undefined || shape === undefined)
    throw notUnderstood(text, place, 'descr, fortran_order and shape are expected');
  if (order !== 'False')
    throw new FailureError({
      code: 'NPY_HEADER',
      message: `has fortran_order ${order}, expected False`,
      place,
      remedy: 'write it in C order: np.save(file, np.ascontiguousarray(array))',
    });
  return { type: unquoted(descr), shape: axesOf(shape, text, place), offset };
}

/** NumPy itself refuses more than 10,000 unless it is told otherwise. */
const longestHeader = 2 ** 16; // bytes

async function headerText(
  handle: FileHandle,
  place: string,
): Promise<{ readonly text: string; readonly offset: number }> {
  const start = Buffer.alloc(12);
  const found = await readInPieces(handle, start, 0);
  if (found < 10 || start.toString('latin1', 0, 6) !== magic)
    throw refusal('is not a NumPy array (.npy)', place);
  const version = start.readUInt8(6);
  if (version < 1 || version > 3)
    throw refusal(`is of version ${version}.${start.readUInt8(7)} of .npy, expected 1.0, 2.0 or 3.0`, place);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (length > longestHeader)
    throw refusal(`has a header of ${length} bytes, expected at most ${longestHeader}`, place);
  const bytes = Buffer.alloc(length);
  if ((await readInPieces(handle, bytes, begin)) < length)
    throw refusal(`ends within its header of ${length} bytes`, place);
  return { text: bytes.toString(version === 3 ? 'utf8' : 'latin1').trim(), offset: begin + length };
}

/** A key and, as text, its value: a string, True or False, or a tuple or list with at most two levels more inside. */
const entry =
  /^\s*(['"])(?<key>\w+)\1\s*:\s*(?<value>'[^']*'|"[^"]*"|\w+|\([^()]*\)|\[.*?\](?=\s*(?:,\s*['"]\w+['"]\s*:|,?\s*\}$)))\s*(?:,|(?=\}$))/;

/** The entries of the dictionary in whatever order it has them. */
function entriesOf(text: string, place: string): Readonly<Partial<Record<string, string>>> {
  const entries = new Map<string, string>();
  let rest = text.startsWith('{') ? text.slice(1) : text;
  for (let found = entry.exec(rest); found !== null; found = entry.exec(rest)) {
    entries.set(found.groups?.['key'] as string, found.groups?.['value'] as string);
    rest = rest.slice(found[0].length);
  }
  if (!text.startsWith('{') || rest.trim() !== '}')
    throw notUnderstood(text, place, 'a Python dictionary is expected');
  return Object.fromEntries(entries);
}

const unquoted = (descr: string): string => /^(['"])(.*)\1$/.exec(descr)?.[2] ?? descr;

/** `(2, 3)`, `(2,)`, `()`; Python 2 wrote long integers as `10L`. `(2)` is a number in Python, and NumPy refuses it. */
function axesOf(shape: string, text: string, place: string): readonly number[] {
  const tuple = /^\(\s*((?:\d+L?\s*,\s*)*)(\d+L?)?\s*\)$/.exec(shape);
  if (tuple === null || (tuple[1] === '' && tuple[2] !== undefined))
    throw notUnderstood(text, place, `its shape is ${shape}, expected such as (2, 3) or (2,)`);
  const axes = [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  // Axes of nothing do not make the others countable.
  const numbers = axes.reduce((all, axis) => all * Math.max(axis, 1), 1);
  if (!Number.isSafeInteger(numbers * widestNumber))
    throw notUnderstood(text, place, `its shape ${shape} is more than any file can hold`);
  return axes;
}

const widestNumber = 8; // bytes

function notUnderstood(text: string, place: string, reason: string): FailureError {
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
  return refusal(`has the header ${JSON.stringify(shown)}, which is not understood: ${reason}`, place);
}

const longestShown = 200;

const refusal = (message: string, place: string): FailureError =>
  new FailureError({
    code: 'NPY_HEADER',
    message,
    place,
    remedy: 'write it anew with np.save',
  });
