/**
 * Where the members of a zip archive lie, for archives whose members are stored as they are, as PyTorch writes them
 * (APPNOTE.TXT 6.3, with the 64-bit extension). Read from the central directory at the end.
 */
import type { FileHandle } from 'node:fs/promises';
import { readInPieces } from '../../array/pieces.ts';
import { damaged, refused } from './tensor-file.ts';

export interface Member {
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly start: number;
  readonly size: number;
}

const endSize = 22;
const longestComment = 65_535;
const signature = {
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  entry: 0x02014b50,
  local: 0x04034b50,
};

/** Throws WEIGHTS_DAMAGED, and WEIGHTS_REFUSED for a compressed member. */
export async function zipMembers(file: FileHandle): Promise<Map<string, Member>> {
  const { size } = await file.stat();
  const { offset, length } = await findDirectory(file, size);
  const directory = await readExactly(file, offset, length);
  const members = new Map<string, Member>();
  for (let place = 0; place + 46 <= directory.length;) {
    if (directory.readUInt32LE(place) !== signature.entry) break;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(place + field),
    ) as [number, number, number];
    const name = directory.toString('utf8', place + 46, place + 46 + nameLength);
    if (directory.readUInt16LE(place + 10) !== 0)
      throw refused(`holds ${name} compressed, which PyTorch never writes`);
    const extra = directory.subarray(place + 46 + nameLength, place + 46 + nameLength + extraLength);
    const wide = extended(extra, [
      directory.readUInt32LE(place + 24),
      directory.readUInt32LE(place + 20),
      directory.readUInt32LE(place + 42),
    ]);
    const [bytes, , header] = wide as [number, number, number];
    const local = await readExactly(file, header, 30);
    if (local.readUInt32LE(0) !== signature.local) throw damaged(`${name} is not where the directory says`);
    const start = header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (start + bytes > size) throw damaged(`${name} ends behind the end of the file`);
    members.set(name, { name, start, size: bytes });
    place += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

export async function readExactly(file: FileHandle, start: number, size: number): Promise<Buffer> {
  if (!(Number.isSafeInteger(start) && start >= 0 && size >= 0 && start + size <= (await file.stat()).size))
    throw damaged('ends too early');
  const buffer = Buffer.alloc(size);
  if ((await readInPieces(file, buffer, start)) < size) throw damaged('ends too early');
  return buffer;
}

async function findDirectory(file: FileHandle, size: number): Promise<{ offset: number; length: number }> {
  const tail = Math.min(size, endSize + longestComment);
  const bytes = await readExactly(file, size - tail, tail);
  for (let place = bytes.length - endSize; place >= 0; place--) {
    if (bytes.readUInt32LE(place) !== signature.end) continue;
    const end = { length: bytes.readUInt32LE(place + 12), offset: bytes.readUInt32LE(place + 16) };
    const locator = place - 20;
    if (locator < 0 || bytes.readUInt32LE(locator) !== signature.locator64) return end;
    const end64 = await readExactly(file, Number(bytes.readBigUInt64LE(locator + 8)), 56);
    if (end64.readUInt32LE(0) !== signature.end64) throw damaged('its directory is not where its end says');
    return { length: Number(end64.readBigUInt64LE(40)), offset: Number(end64.readBigUInt64LE(48)) };
  }
  throw damaged('is a zip archive without a directory: it was cut off');
}

/** Fields that are full stand in the 64-bit extra field, in this order. */
function extended(extra: Buffer, fields: readonly number[]): number[] {
  let wide = extra.subarray(0, 0);
  for (let place = 0; place + 4 <= extra.length; place += 4 + extra.readUInt16LE(place + 2))
    if (extra.readUInt16LE(place) === 1)
      wide = extra.subarray(place + 4, place + 4 + extra.readUInt16LE(place + 2));
  let place = 0;
  return fields.map((field) => {
    if (field !== 0xffffffff) return field;
    if (place + 8 > wide.length) throw damaged('a size in its directory is missing');
    const value = Number(wide.readBigUInt64LE(place));
    place += 8;
    return value;
  });
}
