/** One photograph as `ingest` records it: it can be decoded to its last byte, and its four camera settings are known. */
import { failed, success, type Result } from '../../failure.ts';
import { discard } from '../image/image.ts';
import { decodeWith, readImageFile, type ReadOptions } from '../image/read.ts';
import { formatOf, type ImageFormat } from '../image/signature.ts';
import { readExif, readFdfExif } from './read.ts';
import type { ExifFields } from './fields.ts';
import { allTags, readTags, tagNames, type CameraTags } from './tags.ts';

export interface Photo {
  /** px, after orientation. */
  readonly width: number;
  readonly height: number;
  readonly tags: CameraTags;
  /** The camera's model, where the photo names it. */
  readonly camera: string | null;
}

export interface PhotoOptions extends ReadOptions {
  /** FDF's JSON file with its tags, where that is known to be the one. */
  readonly exif?: string;
  /** Is handed the bytes of the file, once. */
  readonly onBytes?: (bytes: Buffer) => void;
}

/**
 * Decodes all of `file` and reads its tags: from `options.exif`, else from the EXIF inside, or, where that has none of the four,
 * from FDF's JSON file beside it (`12.png`, `12.json`). Fails as `readImage` does, and with TAG_MISSING.
 */
export async function readPhoto(file: string, options: PhotoOptions = {}): Promise<Result<Photo>> {
  const bytes = await readImageFile(file);
  if (!bytes.ok) return bytes;
  options.onBytes?.(bytes.value);
  const photo = await photoIn(bytes.value, file, options);
  discard(bytes.value);
  return photo;
}

async function photoIn(bytes: Buffer, file: string, options: PhotoOptions): Promise<Result<Photo>> {
  const reading = { ...options, ignoreProfile: true };
  const decoded = await decodeWith(bytes, file, reading, async (open) => {
    const picture = open(bytes, { autoOrient: false });
    const { format, width, height, autoOrient, exif } = await picture.metadata();
    // Who wants the last row of a JPEG has all of it decoded, and is handed no more than a row. (At a fraction of its size it would
    // cost less still, but libjpeg's warnings of the last 64 rows would come too late.)
    if (format === 'jpeg') picture.extract({ left: 0, top: height - 1, width, height: 1 });
    discard(await picture.raw().toBuffer());
    return { ...autoOrient, exif };
  });
  if (!decoded.ok) return decoded;

  const { width, height } = decoded.value;
  const fields =
    options.exif === undefined
      ? await fieldsOf(file, bytes, decoded.value.exif)
      : await readFdfExif(options.exif);
  const readings = readTags(fields);
  const tags = allTags(readings);
  if (tags === undefined) {
    const missing = tagNames.flatMap((name) => {
      const reading = readings[name];
      return reading.ok ? [] : [`${name} (${reading.reason})`];
    });
    return failed({ code: 'TAG_MISSING', message: `lacks ${missing.join(', ')}`, place: file });
  }
  return success({ width, height, tags, camera: cameraOf(fields) });
}

async function fieldsOf(file: string, bytes: Buffer, block?: Buffer): Promise<ExifFields> {
  const inside = readExif(bytes, formatOf(bytes) as ImageFormat, block);
  if (tagNames.some((name) => readTags(inside)[name].ok)) return inside;
  return { ...inside, ...(await readFdfExif(file.replace(/\.[^.]*$/, '.json'))) };
}

function cameraOf({ Model: model }: ExifFields): string | null {
  const name = typeof model === 'string' ? model.replaceAll('\0', '').trim() : '';
  return name === '' ? null : name;
}
