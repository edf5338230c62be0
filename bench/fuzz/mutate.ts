/** Ways in which files go wrong, each a function of the bytes and a stream of random numbers. */
import type { Random } from '../../src/science/random.ts';

/** One to three faults, one after the other. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let fault = 0; fault <= random.integer(3); fault++)
    result = (faults[random.integer(faults.length)] as Fault)(result, random);
  return result;
}

type Fault = (bytes: Buffer, random: Random) => Buffer;

/** Half of the time among the first 4 KiB, where headers, EXIF and thumbnails are. */
function place(bytes: Buffer, random: Random): number {
  const range = random.uniform() < 0.5 ? Math.min(4096, bytes.length) : bytes.length;
  return range === 0 ? 0 : random.integer(range);
}

const faults: readonly Fault[] = [
  /** Cut off. */
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  /** Some bits turned over. */
  (bytes, random) => {
    for (let i = 0; i < 1 + random.integer(20) && bytes.length > 0; i++) {
      const at = place(bytes, random);
      bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8));
    }
    return bytes;
  },
  /** A run of zeros, of ones, of noise. */
  (bytes, random) => {
    const start = place(bytes, random);
    const end = Math.min(bytes.length, start + 1 + random.integer(2000));
    const kind = random.integer(3);
    for (let at = start; at < end; at++) bytes[at] = kind === 2 ? random.integer(256) : kind * 255;
    return bytes;
  },
  /** A length, a count or an offset that is far too large, or leads back. */
  (bytes, random) => {
    const at = Math.min(place(bytes, random), Math.max(0, bytes.length - 4));
    if (bytes.length < 4) return bytes;
    const values = [0xffff_ffff, 0x7fff_ffff, 0xffff, 8, 0, bytes.length, bytes.length - 1];
    bytes.writeUInt32BE(values[random.integer(values.length)] as number, at);
    return bytes;
  },
  /** A piece put in twice. */
  (bytes, random) => {
    const start = place(bytes, random);
    const piece = bytes.subarray(start, start + random.integer(5000));
    return Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(start)]);
  },
  /** A piece taken out. */
  (bytes, random) => {
    const start = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.integer(5000))]);
  },
  /** Something else behind it. */
  (bytes, random) => Buffer.concat([bytes, Buffer.from(bytes.subarray(0, random.integer(bytes.length + 1)))]),
];
