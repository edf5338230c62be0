/** A file of named tensors, opened: what is in it is known, numbers are read when asked for. */
import { FailureError } from '../../../failure.ts';

export interface TensorFile {
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** The numbers of a tensor as 32-bit floats, the last axis fastest. Throws WEIGHTS_DAMAGED. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface TensorEntry {
  readonly shape: readonly number[];
  readonly type: NumberType;
}

export type NumberType =
  'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool';

export const byteWidth: Readonly<Record<NumberType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Little-endian numbers as 32-bit floats. */
export function toFloats(bytes: Buffer, type: NumberType): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[type];
  const width = byteWidth[type];
  return Float32Array.from({ length: bytes.length / width }, (_, index) => read(view, index * width));
}

const readers: Readonly<Record<NumberType, (view: DataView, place: number) => number>> = {
  float64: (view, place) => view.getFloat64(place, true),
  float32: (view, place) => view.getFloat32(place, true),
  float16: (view, place) => view.getFloat16(place, true),
  bfloat16: (view, place) => bfloat16(view.getUint16(place, true)),
  int64: (view, place) => Number(view.getBigInt64(place, true)),
  int32: (view, place) => view.getInt32(place, true),
  int16: (view, place) => view.getInt16(place, true),
  int8: (view, place) => view.getInt8(place),
  uint8: (view, place) => view.getUint8(place),
  bool: (view, place) => view.getUint8(place),
};

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a 32-bit float. */
function bfloat16(bits: number): number {
  word.setUint16(0, bits);
  return word.getFloat32(0);
}

/** The file is not what it seems to be. */
export function damaged(message: string): FailureError {
  return new FailureError({
    code: 'WEIGHTS_DAMAGED',
    message,
    remedy: 'fetch or write the file again',
  });
}

/** The file holds more than tensors, or is of another kind. */
export function refused(message: string): FailureError {
  return new FailureError({
    code: 'WEIGHTS_REFUSED',
    message,
    remedy:
      "save the tensors alone: torch.save(model.state_dict(), 'weights.pt'), or safetensors.torch.save_file",
  });
}
