/**
 * Arrays on disk as NumPy's `.npy` (numpy.lib.format): a text header, then the numbers in C order, little-endian.
 * Researchers open them with `np.load`; rows are read here by position, without loading the whole. What is read has the type
 * and the number of rows that the header promises, whatever their size; every other file is refused by name.
 */
import { open } from 'node:fs/promises';
import { FailureError } from '../../failure.ts';
import { encodeHeader, headerBytes, readHeader, type NpyHeader } from './npy-header.ts';
import { readInPieces, writeInPieces } from './pieces.ts';

const types = {
  '|u1': Uint8Array,
  '<i4': Int32Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
} as const;

export type NpyType = keyof typeof types;
type NpyData<Type extends NpyType> = InstanceType<(typeof types)[Type]>;

/** A whole array: `data` holds the product of `shape` numbers, the last axis fastest. */
export interface NpyArray<Type extends NpyType> {
  readonly type: Type;
  readonly shape: readonly number[];
  readonly data: NpyData<Type>;
}

/** Opens `file` for rows to be appended one or many at a time; the first axis is counted and written at `close`. */
export async function createNpy<Type extends NpyType>(
  file: string,
  type: Type,
  rowShape: readonly number[],
): Promise<NpyWriter<Type>> {
  const handle = await open(file, 'wx');
  const rowLength = product(rowShape);
  let rows = 0;
  let position = headerBytes;
  return {
    async append(data) {
      if (data.length % rowLength !== 0)
        throw new RangeError(`${data.length} numbers are not rows of ${rowLength}`);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      await writeInPieces(handle, bytes, position);
      position += bytes.length;
      rows += data.length / rowLength;
    },
    async close() {
      try {
        await writeInPieces(handle, encodeHeader(type, [rows, ...rowShape]), 0);
      } finally {
        await handle.close();
      }
    },
  };
}

export interface NpyWriter<Type extends NpyType> {
  /** Whole rows, in order. Await each call before the next. */
  append(data: NpyData<Type>): Promise<void>;
  close(): Promise<void>;
}

export async function writeNpy<Type extends NpyType>(file: string, array: NpyArray<Type>): Promise<void> {
  const writer = await createNpy(file, array.type, array.shape.slice(1));
  try {
    await writer.append(array.data);
  } finally {
    await writer.close();
  }
}

/** Reads the whole array. Fails as `openNpy` does. */
export async function readNpy<Type extends NpyType>(file: string, type: Type): Promise<NpyArray<Type>> {
  const reader = await openNpy(file, type);
  try {
    const data = await reader.rows(0, reader.shape[0] as number);
    return { type, shape: reader.shape, data };
  } finally {
    await reader.close();
  }
}

export interface NpyReader<Type extends NpyType> {
  readonly shape: readonly number[];
  /** `count` rows from `first`, copied from the file. Throws NPY_TRUNCATED where the file was cut since it was opened. */
  rows(first: number, count: number): Promise<NpyData<Type>>;
  close(): Promise<void>;
}

/**
 * Opens an array to read rows from it. Close it. A row is what lies behind the first `rowAxes` axes, counted as one:
 * of an array (N, 5, D), row 5 n + k is [n, k] when `rowAxes` is 2. Throws NPY_HEADER, NPY_TYPE (numbers of another type
 * than asked for), NPY_SHAPE (fewer axes than `rowAxes`), NPY_TRUNCATED; `rows` throws NPY_MEMORY.
 */
export async function openNpy<Type extends NpyType>(
  file: string,
  type: Type,
  rowAxes = 1,
): Promise<NpyReader<Type>> {
  const handle = await open(file, 'r');
  try {
    const header = await readHeader(handle, file);
    checkHeader(header, type, rowAxes, file);
    const { shape, offset } = header;
    const Data = types[type];
    const rowBytes = product(shape.slice(rowAxes)) * Data.BYTES_PER_ELEMENT;
    const rowCount = product(shape.slice(0, rowAxes));
    const { size } = await handle.stat();
    if (size < offset + rowCount * rowBytes)
      throw truncated(
        file,
        `has ${size} bytes where its shape (${shape.join(', ')}) takes ${offset + rowCount * rowBytes}`,
      );
    return {
      shape,
      async rows(first, count) {
        if (first + count > rowCount) throw new RangeError(`${file} has no row ${first + count - 1}`);
        const bytes = room(count * rowBytes, file);
        const read = await readInPieces(handle, bytes, offset + first * rowBytes);
        if (read < bytes.length) throw truncated(file, `ends before row ${first + count}`);
        return new Data(bytes.buffer) as NpyData<Type>;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function checkHeader(header: NpyHeader, type: NpyType, rowAxes: number, place: string): void {
  if (header.type !== type)
    throw new FailureError({
      code: 'NPY_TYPE',
      message: `holds numbers of type ${header.type}, expected ${type}`,
      place,
      remedy: `convert it: np.save(file, array.astype('${type}'))`,
    });
  if (header.shape.length < rowAxes)
    throw new FailureError({
      code: 'NPY_SHAPE',
      message: `has the shape (${header.shape.join(', ')}), expected at least ${rowAxes} ${rowAxes === 1 ? 'axis' : 'axes'}`,
      place,
    });
}

function room(length: number, place: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch {
    throw new FailureError({
      code: 'NPY_MEMORY',
      message: `holds more than fits in memory at once: ${length} bytes`,
      place,
    });
  }
}

const truncated = (place: string, message: string): FailureError =>
  new FailureError({ code: 'NPY_TRUNCATED', message, place, remedy: 'write or copy it anew' });

const product = (shape: readonly number[]): number => shape.reduce((all, axis) => all * axis, 1);
