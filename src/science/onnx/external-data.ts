/**
 * A model may keep the numbers of its tensors in other files beside it (ONNX calls them external data). onnxruntime reads
 * those by itself: no key knows of them, and a model whose numbers are others would count as unchanged. So such a model is
 * refused wherever a session is opened.
 *
 * Messages and field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
import { FailureError } from '../../failure.ts';
import { fieldsOf, integerOf, textOf, withBytes, type ByteSource } from './wire.ts';

/** Throws MODEL_EXTERNAL_DATA, and a `RangeError` for what is no model. `model` is a file or its bytes; `place` names it. */
export function refuseExternalData(model: string | Uint8Array, place?: string): void {
  const found = withBytes(model, (source) => externalTensor(source, 'Model', 0, source.size, 0));
  if (found === undefined) return;
  const { name, file } = found;
  throw new FailureError({
    code: 'MODEL_EXTERNAL_DATA',
    message: `keeps the numbers of the tensor ${JSON.stringify(name)} in another file${file === '' ? '' : `, ${JSON.stringify(file)}`}; all of a model must be in one file, so that its key stands for its numbers`,
    ...(place === undefined ? {} : { place }),
    remedy:
      "merge them into one file: python -c \"import onnx; onnx.save(onnx.load('model.onnx'), 'merged.onnx')\"",
  });
}

interface ExternalTensor {
  readonly name: string;
  /** As the model has it, relative to the model; empty where it names none. */
  readonly file: string;
}

type MessageName =
  'Model' | 'Training' | 'Function' | 'Graph' | 'Node' | 'Attribute' | 'SparseTensor' | 'Tensor';

/** Of each message those fields that tensors can lie below. */
const below: Readonly<Record<MessageName, Readonly<Record<number, MessageName>>>> = {
  Model: { 7: 'Graph', 20: 'Training', 25: 'Function' },
  Training: { 1: 'Graph', 2: 'Graph' },
  Function: { 7: 'Node', 11: 'Attribute' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Tensor: {},
};

/** protobuf itself reads no message that is nested deeper. */
const deepest = 100;

function externalTensor(
  source: ByteSource,
  message: MessageName,
  start: number,
  end: number,
  depth: number,
): ExternalTensor | undefined {
  if (message === 'Tensor') return externalIn(source, start, end);
  if (depth > deepest) throw new RangeError(`messages nested more than ${deepest} deep`);
  for (const field of fieldsOf(source, start, end)) {
    const inner = field.kind === 'bytes' ? below[message][field.number] : undefined;
    if (inner === undefined) continue;
    const found = externalTensor(source, inner, field.start, field.end, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const tensorFields = { name: 8, externalData: 13, dataLocation: 14 };
/** TensorProto.DataLocation.EXTERNAL. */
const external = 1;

function externalIn(source: ByteSource, start: number, end: number): ExternalTensor | undefined {
  let name = '';
  let file = '';
  let isExternal = false;
  for (const field of fieldsOf(source, start, end)) {
    if (field.number === tensorFields.name && field.kind === 'bytes') name = textOf(source, field);
    if (field.number === tensorFields.externalData && field.kind === 'bytes')
      file = locationIn(source, field) ?? file;
    if (field.number === tensorFields.dataLocation && field.kind === 'integer')
      isExternal ||= integerOf(source, field) === external;
  }
  return isExternal ? { name, file } : undefined;
}

/** Of an entry with the key `location`: its value. */
function locationIn(source: ByteSource, { start, end }: { start: number; end: number }): string | undefined {
  const texts = new Map(
    [...fieldsOf(source, start, end)].map((field) => [field.number, textOf(source, field)]),
  );
  return texts.get(1) === 'location' ? texts.get(2) : undefined;
}
