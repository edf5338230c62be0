/** The metadata of a model, read from its file without its weights: a large one need not lie in memory beside the session's. */
import { open, type FileHandle } from 'node:fs/promises';
import { Reader } from 'protobufjs/light.js';
import { decodeEntry, metadataField, type EntryMessage } from './messages.ts';

/** A tag and a length, ten bytes each at most. */
const headBytes = 20;

/** Goes over the outermost fields of the message (https://protobuf.dev/programming-guides/encoding). Throws when the file is no such message. */
export async function readMetadata(file: string): Promise<readonly EntryMessage[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const entries: EntryMessage[] = [];
    for (let position = 0; position < size;) {
      const reader = Reader.create(await read(handle, position, headBytes));
      const tag = reader.uint32();
      if (tag >>> 3 === 0) throw new RangeError(`a field without a number at byte ${position}`);
      if ((tag & 7) === lengthDelimited) {
        const length = reader.uint32();
        const start = position + reader.pos;
        if (start + length > size) throw new RangeError(`a field at byte ${position} ends after the file`);
        if (tag >>> 3 === metadataField) entries.push(decodeEntry(await read(handle, start, length)));
        position = start + length;
      } else {
        reader.skipType(tag & 7);
        position += reader.pos;
      }
    }
    return entries;
  } finally {
    await handle.close();
  }
}

const lengthDelimited = 2;

/** Fewer bytes at the end of the file. */
async function read(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
