/** EXIF out of files, by exifr, and out of the JSON that the FDF data set has for each photo. */
import { constants, open } from 'node:fs/promises';
import exifr from 'exifr';
import type { ImageFormat } from '../image/signature.ts';
import type { ExifFields } from './tags.ts';

/**
 * The fields that matter here of a picture's EXIF, as stored: no field where there is no EXIF or it cannot be understood.
 * `block` is the EXIF block where the picture's reader has cut it out already; exifr finds those of JPEG and TIFF by itself.
 */
export async function readExif(bytes: Buffer, format: ImageFormat, block?: Buffer): Promise<ExifFields> {
  const within =
    format === 'JPEG' || format === 'TIFF' ? bytes : block === undefined ? undefined : withoutMarker(block);
  if (within === undefined) return {};
  try {
    return ((await exifr.parse(within, options)) as ExifFields | undefined) ?? {};
  } catch {
    return {}; // a block that is no TIFF structure says nothing
  }
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

const picked = [
  'Model',
  'FNumber',
  'ApertureValue',
  'ExposureTime',
  'ShutterSpeedValue',
  'FocalLength',
  'ISO',
  'RecommendedExposureIndex',
  'StandardOutputSensitivity',
  'ISOSpeed',
];

/** Values as stored: no translation into words, dates or degrees. */
const options = {
  tiff: true,
  ifd0: { pick: picked },
  exif: { pick: picked },
  ifd1: false,
  gps: false,
  interop: false,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  ihdr: false,
  translateValues: false,
  reviveValues: false,
  mergeOutput: true,
};

/** PNG, WebP and HEIF blocks may begin with JPEG's "Exif\0\0". */
function withoutMarker(block: Buffer): Buffer {
  return block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
}
