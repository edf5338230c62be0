/** The safetensors format: the length of a header as 64 bits, the header as JSON, then the numbers. */
import { open } from 'node:fs/promises';
import { byteWidth, damaged, refused, toFloats, type NumberType, type TensorFile } from './tensor-file.ts';
import { readExactly } from './zip.ts';

const types: Readonly<Record<string, NumberType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
/** The format's own limit. */
const longestHeader = 100_000_000;

/** Close it. Throws WEIGHTS_REFUSED, WEIGHTS_DAMAGED. */
export async function openSafetensors(path: string): Promise<TensorFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Number((await readExactly(file, 0, 8)).readBigUInt64LE());
    if (length > longestHeader || 8 + length > size) throw damaged('its header is longer than the file');
    const numbers = { start: 8 + length, size: size - 8 - length };
    const tensors = readHeader((await readExactly(file, 8, length)).toString('utf8'), numbers.size);
    return {
      tensors,
      async read(name) {
        const { type, begin, end } = tensors.get(name) as Entry;
        return toFloats(await readExactly(file, numbers.start + begin, end - begin), type);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Entry {
  readonly shape: readonly number[];
  readonly type: NumberType;
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

function readHeader(text: string, size: number): Map<string, Entry> {
  const tensors = new Map<string, Entry>();
  for (const [name, value] of Object.entries(parseObject(text))) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    const type = typeof dtype === 'string' ? types[dtype] : undefined;
    if (typeof dtype !== 'string') throw damaged(`${name} is described wrongly`);
    if (type === undefined) throw refused(`holds ${name} as ${dtype}`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
      throw damaged(`${name} is described wrongly`);
    const [begin, end] = offsets as [number, number];
    const bytes = shape.reduce((product, axis) => product * axis, byteWidth[type]);
    if (end > size || end - begin !== bytes) throw damaged(`the numbers of ${name} are missing`);
    tensors.set(name, { shape, type, begin, end });
  }
  return tensors;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw damaged('its header is no JSON');
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0);
