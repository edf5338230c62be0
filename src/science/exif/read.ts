/** EXIF out of files, and out of the JSON that the FDF data set has for each photo. */
import { constants, open } from 'node:fs/promises';
import type { ImageFormat } from '../image/signature.ts';
import { readSettings } from './directory.ts';
import type { ExifFields } from './fields.ts';

/**
 * The fields that matter here of a picture's EXIF, as stored: no field where there is no EXIF or it cannot be understood.
 * `block` is the EXIF block as the picture's reader has cut it out; a TIFF is one itself.
 */
export function readExif(bytes: Buffer, format: ImageFormat, block?: Buffer): ExifFields {
  const within = format === 'TIFF' ? bytes : block;
  return within === undefined ? {} : readSettings(withoutMarker(within));
}

/**
 * The fields of an FDF file `{ "EXIF": { "Aperture Value": "F2.8", ... } }`, under their standard names. No field where
 * there is no such file, or it is something else.
 */
export async function readFdfExif(file: string): Promise<ExifFields> {
  let content: unknown;
  try {
    content = JSON.parse(await readSmallFile(file));
  } catch {
    return {};
  }
  const exif = (content as { EXIF?: unknown } | null)?.EXIF;
  if (typeof exif !== 'object' || exif === null) return {};
  return Object.fromEntries(
    Object.entries(exif).flatMap(([name, value]) => {
      const standard = fdfNames[name];
      return standard === undefined ? [] : [[standard, value as unknown]];
    }),
  );
}

/** Of settings; what is larger is something else of that name. */
const largestFile = 2 ** 20; // bytes

/** Throws where there is none to read: a pipe gives nothing, and is not waited for. */
async function readSmallFile(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const entry = await handle.stat();
    return entry.isFile() && entry.size <= largestFile ? await handle.readFile('utf8') : '';
  } finally {
    await handle.close();
  }
}

/** FDF's "Aperture Value" holds an f-number ("F2.8"), not an APEX value. */
const fdfNames: Readonly<Record<string, string>> = {
  'Aperture Value': 'FNumber',
  'Exposure Time': 'ExposureTime',
  'Focal Length': 'FocalLength',
  'ISO Speed Ratings': 'ISO',
  Model: 'Model',
};

/** Blocks mostly begin with JPEG's "Exif\0\0". */
function withoutMarker(block: Buffer): Buffer {
  return block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
}
