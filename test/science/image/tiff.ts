/** TIFF files put together by hand (TIFF 6.0, section 2 and 3), so that any part of them can be wrong. */

type Entry = readonly [tag: number, type: number, count: number, value: number];
const [short, long, rational] = [3, 4, 5];

export interface TiffOptions {
  readonly pages?: number;
  /** The page that follows the last. */
  readonly backTo?: number;
  /** px, as it says; there are bytes for 16. */
  readonly side?: number;
  /** Entries of a page's directory, as it says. */
  readonly declared?: number;
  /** Numbers of the four settings, in a directory of their own (EXIF 2.32, 4.6.3). */
  readonly exif?: {
    readonly aperture: number;
    readonly exposureTime: number;
    readonly focalLength: number;
    readonly iso: number;
  };
}

/** Grey pages that share one strip of 16 x 16 px. */
export function tiffOf({ pages = 1, backTo, side = 16, declared, exif }: TiffOptions): Buffer {
  const [strip, settings, first] = [8, 264, 500];
  const entries: Entry[] = [
    [256, long, 1, side],
    [257, long, 1, side],
    [258, short, 1, 8], // bits
    [259, short, 1, 1], // not compressed
    [262, short, 1, 1], // black is zero
    [273, long, 1, strip],
    [277, short, 1, 1], // channels
    [278, long, 1, side],
    [279, long, 1, 256], // bytes
    ...(exif === undefined ? [] : [[0x8769, long, 1, settings] as const]),
  ];
  const size = 2 + 12 * entries.length + 4;
  const bytes = Buffer.alloc(first + pages * size, 77);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(first, 4);
  if (exif !== undefined) writeSettings(bytes, settings, exif);
  for (let page = 0; page < pages; page++) {
    const at = first + page * size;
    const next = page + 1 < pages ? page + 1 : backTo;
    writeDirectory(bytes, at, entries, next === undefined ? 0 : first + next * size);
    if (declared !== undefined) bytes.writeUInt16LE(declared, at);
  }
  return bytes;
}

function writeSettings(bytes: Buffer, at: number, exif: NonNullable<TiffOptions['exif']>): void {
  const numbers = at + 100;
  const fractions = [exif.exposureTime, exif.aperture, exif.focalLength];
  for (const [i, value] of fractions.entries()) {
    bytes.writeUInt32LE(Math.round(value * 10_000), numbers + 8 * i);
    bytes.writeUInt32LE(10_000, numbers + 8 * i + 4);
  }
  const entries: Entry[] = [
    [0x829a, rational, 1, numbers],
    [0x829d, rational, 1, numbers + 8],
    [0x8827, short, 1, exif.iso],
    [0x920a, rational, 1, numbers + 16],
  ];
  writeDirectory(bytes, at, entries, 0);
}

function writeDirectory(bytes: Buffer, at: number, entries: readonly Entry[], next: number): void {
  bytes.writeUInt16LE(entries.length, at);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    bytes.writeUInt16LE(tag, at + 2 + 12 * i);
    bytes.writeUInt16LE(type, at + 4 + 12 * i);
    bytes.writeUInt32LE(count, at + 6 + 12 * i);
    bytes.writeUInt32LE(value, at + 10 + 12 * i);
  }
  bytes.writeUInt32LE(next, at + 2 + 12 * entries.length);
}
