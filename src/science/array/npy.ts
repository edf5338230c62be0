/**
 * Arrays on disk as NumPy's `.npy`, version 1.0 (numpy.lib.format): a text header, then the numbers in C order,
 * little-endian. Researchers open them with `np.load`; rows are read here by position, without loading the whole.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { FailureError } from '../../failure.ts';

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
      await writeAll(handle, bytes, position);
      position += bytes.length;
      rows += data.length / rowLength;
    },
    async close() {
      try {
        await writeAll(handle, header(type, [rows, ...rowShape]), 0);
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

/** One write may take a part only: of over 2 GiB, or on a disk that is nearly full. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

/** Reads the whole array. Fails with NPY_TYPE when its numbers are of another type than asked for. */
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
  /** `count` rows from `first`, copied from the file. */
  rows(first: number, count: number): Promise<NpyData<Type>>;
  close(): Promise<void>;
}

/**
 * Opens an array to read rows from it. Close it. A row is what lies behind the first `rowAxes` axes, counted as one:
 * of an array (N, 5, D), row 5 n + k is [n, k] when `rowAxes` is 2.
 */
export async function openNpy<Type extends NpyType>(
  file: string,
  type: Type,
  rowAxes = 1,
): Promise<NpyReader<Type>> {
  const handle = await open(file, 'r');
  try {
    const { shape, offset } = await readHeader(handle, file, type);
    const Data = types[type];
    const rowBytes = product(shape.slice(rowAxes)) * Data.BYTES_PER_ELEMENT;
    return {
      shape,
      async rows(first, count) {
        const bytes = new Uint8Array(count * rowBytes);
        let read = 0;
        while (read < bytes.length) {
          const { bytesRead } = await handle.read(
            bytes,
            read,
            bytes.length - read,
            offset + first * rowBytes + read,
          );
          if (bytesRead === 0)
            throw new FailureError({
              code: 'NPY_TRUNCATED',
              message: `ends before row ${first + count}`,
              place: file,
            });
          read += bytesRead;
        }
        return new Data(bytes.buffer) as NpyData<Type>;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Room for any shape of up to six axes; the header is padded to it, so that it can be written last. */
const headerBytes = 128;
const magic = '\x93NUMPY\x01\x00';

function header(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const bytes = Buffer.alloc(headerBytes, ' ');
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt16LE(headerBytes - 10, 8);
  bytes.write(text, 10, 'latin1');
  bytes.write('\n', headerBytes - 1);
  return bytes;
}

async function readHeader(
  handle: FileHandle,
  file: string,
  type: NpyType,
): Promise<{ shape: number[]; offset: number }> {
  const start = Buffer.alloc(10);
  await handle.read(start, 0, 10, 0);
  if (start.toString('latin1', 0, 8) !== magic)
    throw new FailureError({
      code: 'NPY_HEADER',
      message: 'is not a NumPy array of format 1.0',
      place: file,
    });
  const text = Buffer.alloc(start.readUInt16LE(8));
  await handle.read(text, 0, text.length, 10);
  const match = /'descr': '([^']*)', 'fortran_order': False, 'shape': \(([^)]*)\)/.exec(
    text.toString('latin1'),
  );
  if (match === null)
    throw new FailureError({
      code: 'NPY_HEADER',
      message: 'has a header that is not understood',
      place: file,
    });
  if (match[1] !== type)
    throw new FailureError({
      code: 'NPY_TYPE',
      message: `holds numbers of type ${match[1]}, expected ${type}`,
      place: file,
    });
  const shape = (match[2] as string)
    .split(',')
    .filter((axis) => axis.trim() !== '')
    .map(Number);
  return { shape, offset: 10 + text.length };
}

const product = (shape: readonly number[]): number => shape.reduce((all, axis) => all * axis, 1);
