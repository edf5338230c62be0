/**
 * Goes over the fields of an encoded protobuf message (https://protobuf.dev/programming-guides/encoding) in its file or in
 * memory, and passes over the contents: a model's weights need not lie in memory beside the session's.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Reader } from 'protobufjs/light.js';

/** Where an encoded message lies. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `position` on, fewer where the source ends before. Valid until the next call. */
  read(position: number, length: number): Uint8Array;
}

export interface WireField {
  readonly number: number;
  /** Where its content lies: of a message, a text or bytes without their length. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'bytes' | 'integer' | 'fixed';
}

/** Hands over the bytes themselves, or those of the file of that name. */
export function withBytes<Outcome>(
  model: string | Uint8Array,
  use: (source: ByteSource) => Outcome,
): Outcome {
  if (typeof model !== 'string')
    return use({
      size: model.length,
      read: (position, length) => model.subarray(position, position + length),
    });
  const descriptor = openSync(model, 'r');
  try {
    return use(fileSource(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** The fields between `start` and `end`, in order. Throws a `RangeError` where there is no such message. */
export function* fieldsOf(source: ByteSource, start = 0, end = source.size): Generator<WireField> {
  for (let position = start; position < end;) {
    const reader = Reader.create(source.read(position, Math.min(longestHead, end - position)));
    const tag = reader.uint32();
    const number = tag >>> 3;
    if (number === 0) throw new RangeError(`a field without a number at byte ${position}`);
    const length = contentLength(reader, tag & 7, position);
    const begin = position + reader.pos;
    const field: WireField = { number, start: begin, end: begin + length, kind: kinds[tag & 7] ?? 'fixed' };
    if (field.end > end) throw new RangeError(`a field at byte ${position} ends after its message`);
    yield field;
    position = field.end;
  }
}

/** Of a field of kind `integer`, as 32 bits. */
export const integerOf = (source: ByteSource, { start, end }: WireField): number =>
  Reader.create(source.read(start, end - start)).int32();

export const textOf = (source: ByteSource, { start, end }: WireField): string =>
  new TextDecoder().decode(source.read(start, end - start));

/** A tag and a number, ten bytes each at most. */
const longestHead = 20;
const kinds: Readonly<Record<number, WireField['kind']>> = { 0: 'integer', 2: 'bytes' };

/** Leaves the reader where the content begins. */
function contentLength(reader: Reader, wireType: number, position: number): number {
  switch (wireType) {
    case 0: {
      const begin = reader.pos;
      reader.skip();
      const length = reader.pos - begin;
      reader.pos = begin;
      return length;
    }
    case 1:
      return 8;
    case 2:
      return reader.uint32();
    case 5:
      return 4;
    default:
      throw new RangeError(`a field of the unknown kind ${wireType} at byte ${position}`);
  }
}

const windowBytes = 2 ** 16;

/** Fields are small and many: they are looked for in what one call reads. */
function fileSource(descriptor: number): ByteSource {
  const { size } = fstatSync(descriptor);
  let window = new Uint8Array();
  let first = 0;
  return {
    size,
    read(position, length) {
      if (position < first || position + length > first + window.length) {
        const room = new Uint8Array(Math.min(Math.max(length, windowBytes), Math.max(size - position, 0)));
        window = room.subarray(0, readSync(descriptor, room, 0, room.length, position));
        first = position;
      }
      return window.subarray(position - first, position - first + length);
    },
  };
}
