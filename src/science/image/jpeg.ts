/** What stands before the data of a JPEG (ITU-T T.81, annex B), found without a decoder. */

/** The ICC profile (ICC.1:2022, B.4) where one segment holds it, as it does up to 64 KiB; undefined also where the file makes no sense. */
export function jpegProfile(bytes: Buffer): Buffer | undefined {
  for (const { marker, body } of segments(bytes))
    if (marker === 0xe2 && body.toString('latin1', 0, 12) === 'ICC_PROFILE\0' && body[13] === 1)
      return body.subarray(14);
  return undefined;
}

/** Columns and rows as they are stored, from the frame header (B.2.2); undefined where there is none before the data. */
export function jpegSize(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  for (const { marker, body } of segments(bytes))
    if (marker >= 0xc0 && marker <= 0xcf && !noFrames.has(marker) && body.length >= 5)
      return { width: body.readUInt16BE(3), height: body.readUInt16BE(1) };
  return undefined;
}

/** DHT, JPG and DAC lie among the markers of frames. */
const noFrames: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/** The segments in front of the first scan. */
function* segments(bytes: Buffer): Generator<{ readonly marker: number; readonly body: Buffer }> {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda || length < 2) return;
    yield { marker, body: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}
