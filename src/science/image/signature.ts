/**
 * What a file is by its first bytes, whatever its name says, and whether it ends before its format says it should.
 */
export type ImageFormat = 'JPEG' | 'PNG' | 'TIFF' | 'WebP' | 'GIF' | 'HEIF';

/** The raster format that the first bytes announce, or undefined. */
export function formatOf(bytes: Buffer): ImageFormat | undefined {
  if (bytes.length < 12) return undefined;
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (start.startsWith('GIF8')) return 'GIF';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'WebP';
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return 'TIFF';
  if (start.startsWith('ftyp', 4)) return 'HEIF';
  return undefined;
}

/**
 * Whether a file that could not be decoded was cut off, rather than damaged within: by its structure where that tells,
 * else by what the decoder said.
 */
export function endsEarly(bytes: Buffer, format: ImageFormat, decoderMessage: string): boolean {
  switch (format) {
    case 'JPEG':
      return decoderMessage.includes('premature end of JPEG image');
    case 'PNG':
      return !bytes.includes('IEND', -12, 'latin1');
    case 'WebP':
      return bytes.readUInt32LE(4) + 8 > bytes.length;
    case 'TIFF':
      return tiffDirectoryOffset(bytes) + 2 > bytes.length;
    case 'GIF':
      return /end of (file|gif)/i.test(decoderMessage);
    case 'HEIF':
      return lastBoxIsCut(bytes);
  }
}

/**
 * Whether the marker EOI follows the first marker SOS (ITU-T T.81, B.1.1.3): a decoder that has all it needs for the last
 * pixel may not miss it. A thumbnail's own markers can hide that it is missing, not the reverse.
 */
export function hasEndOfJpeg(bytes: Buffer): boolean {
  const scan = bytes.indexOf('\xff\xda', 0, 'latin1');
  return scan !== -1 && bytes.includes('\xff\xd9', scan, 'latin1');
}

/** ISO/IEC 14496-12, 4.2: a file is boxes one after the other, each a size and a type; of size 1, whose size follows as 64 bits, of size 0, which reaches to the end. */
function lastBoxIsCut(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    if (at + 16 > bytes.length) return true;
    const size = bytes.readUInt32BE(at);
    if (size === 0) return false;
    at += size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : Math.max(size, 8);
  }
  return at > bytes.length;
}

/** Whether HEIF's brand (ISO/IEC 23008-12, annex B) says that its pictures are HEVC's, as those of phones. */
export function isHevc(bytes: Buffer): boolean {
  return /^(hei[cxms]|hev[cxms])$/.test(bytes.toString('latin1', 8, 12));
}

/** Whether a TIFF (or BigTIFF) has more than `most` pages: a chain of directories, whose end may lead back into it. */
export function hasMorePages(bytes: Buffer, most: number): boolean {
  const little = bytes[0] === 0x49;
  const isBig = bytes[little ? 2 : 3] === 0x2b;
  const number = (at: number, length: 2 | 4 | 8): number => {
    if (at + length > bytes.length) return 0;
    if (length === 8) return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return little ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  };
  const offset = isBig ? 8 : 4;
  let at = number(isBig ? 8 : 4, offset);
  const pages = new Set<number>();
  while (at > 0 && at < bytes.length && !pages.has(at)) {
    pages.add(at);
    if (pages.size > most) return true;
    const [counted, entry] = isBig ? ([8, 20] as const) : ([2, 12] as const);
    at = number(at + counted + entry * number(at, counted), offset);
  }
  return false;
}

/** TIFF 6.0, section 2: bytes 4 to 7 of the header point to the first directory, which writers often put last. */
function tiffDirectoryOffset(bytes: Buffer): number {
  return bytes[0] === 0x49 ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}
