/**
 * PyTorch's checkpoints (`torch.save`): a zip archive of one pickle, `NAME/data.pkl`, that describes tensors, and one
 * member a storage, `NAME/data/KEY`. A dictionary within a dictionary gives names joined by points.
 */
import { open } from 'node:fs/promises';
import { Built, Named, readPickle, Reference, type PickleValue } from './pickle.ts';
import {
  byteWidth,
  damaged,
  refused,
  toFloats,
  type NumberType,
  type TensorEntry,
  type TensorFile,
} from './tensor-file.ts';
import { readExactly, zipMembers, type Member } from './zip.ts';

interface StoredTensor extends TensorEntry {
  readonly storage: string;
  /** In numbers, from the start of the storage. */
  readonly offset: number;
  readonly strides: readonly number[];
}

const longestName = 1000;

/** Close it. Throws WEIGHTS_REFUSED, WEIGHTS_DAMAGED. */
export async function openPytorch(path: string): Promise<TensorFile> {
  const file = await open(path, 'r');
  try {
    const members = await zipMembers(file);
    const pickle = [...members.values()].find(({ name }) => /(^|\/)data\.pkl$/.test(name));
    if (pickle === undefined) throw refused('is a zip archive without data.pkl');
    const root = pickle.name.slice(0, -'data.pkl'.length);
    if ([...members.keys()].some((name) => name.startsWith(`${root}code/`)))
      throw refused('is a TorchScript program');
    if ((await byteOrder(members.get(`${root}byteorder`))) === 'big')
      throw refused('was written on a big-endian machine');
    const { value } = readPickle(await readExactly(file, pickle.start, pickle.size));
    const tensors = new Map<string, StoredTensor>();
    collect(value, '', tensors, new Set());
    return {
      tensors,
      async read(name) {
        const tensor = tensors.get(name) as StoredTensor;
        const member = members.get(`${root}data/${tensor.storage}`);
        const { first, count } = span(tensor);
        const width = byteWidth[tensor.type];
        if (member === undefined || (first + count) * width > member.size)
          throw damaged(`the numbers of ${name} are missing`);
        const bytes = await readExactly(file, member.start + first * width, count * width);
        return inOrder(toFloats(bytes, tensor.type), tensor);
      },
      close: () => file.close(),
    };

    async function byteOrder(member: Member | undefined): Promise<string> {
      return member === undefined
        ? 'little'
        : (await readExactly(file, member.start, Math.min(member.size, 6))).toString('utf8');
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Tensors under their joined names; what else stands in a dictionary (an epoch, a learning rate) is passed over. */
function collect(
  value: PickleValue,
  name: string,
  tensors: Map<string, StoredTensor>,
  seen: Set<PickleValue>,
): void {
  if (value instanceof Built) {
    const tensor = tensorOf(value);
    if (tensor !== undefined) tensors.set(name, tensor);
  } else if (value instanceof Map && !seen.has(value)) {
    if (name.length > longestName) throw damaged('its dictionaries are too deep');
    seen.add(value);
    for (const [key, inner] of value)
      if (typeof key === 'string') collect(inner, name === '' ? key : `${name}.${key}`, tensors, seen);
  }
}

/** _rebuild_tensor_v2(storage, offset, size, stride, ...); _rebuild_parameter(tensor, ...). */
function tensorOf({ name, parts }: Built): StoredTensor | undefined {
  if (name === 'torch._utils._rebuild_parameter') {
    const [inner] = parts;
    return inner instanceof Built && inner.name !== name ? tensorOf(inner) : undefined;
  }
  if (name !== 'torch._utils._rebuild_tensor_v2') return undefined;
  const [storage, offset, shape, strides] = parts;
  if (
    !(storage instanceof Reference) ||
    !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(strides) ||
    shape.length !== strides.length
  )
    throw damaged('a tensor is described wrongly');
  const id = Array.isArray(storage.id) ? storage.id : [];
  const [kind, type, key] = id;
  if (kind !== 'storage' || !(type instanceof Named) || typeof key !== 'string')
    throw damaged('a storage is described wrongly');
  const numbers = types[type.name.slice('torch.'.length, -'Storage'.length)];
  if (numbers === undefined) throw damaged('a storage is described wrongly');
  return { shape, type: numbers, storage: key, offset, strides };
}

const types: Readonly<Record<string, NumberType>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
};

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isCounts = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.every(isCount);

/** The part of the storage that a tensor reaches. */
function span({ shape, strides, offset }: StoredTensor): { first: number; count: number } {
  if (shape.includes(0)) return { first: offset, count: 0 };
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), 0);
  return { first: offset, count: last + 1 };
}

/** The numbers of a tensor from its part of the storage, the last axis fastest. */
function inOrder(numbers: Float32Array, { shape, strides }: StoredTensor): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  let usual = 1;
  const contiguous = shape.toReversed().every((axis, i) => {
    const fits = axis === 1 || strides[strides.length - 1 - i] === usual;
    usual *= axis;
    return fits;
  });
  if (contiguous) return numbers;
  if (size > numbers.length) throw refused('holds a tensor that repeats its numbers');
  return Float32Array.from({ length: size }, (_, index) => {
    let place = 0;
    for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
      const length = shape[axis] as number;
      place += (rest % length) * (strides[axis] as number);
      rest = Math.floor(rest / length);
    }
    return numbers[place] as number;
  });
}
