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
    case 'HEIF':
      return /end of (file|gif)|bad seek|cannot read full/i.test(decoderMessage);
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

/** TIFF 6.0, section 2: bytes 4 to 7 of the header point to the first directory, which writers often put last. */
function tiffDirectoryOffset(bytes: Buffer): number {
  return bytes[0] === 0x49 ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}
