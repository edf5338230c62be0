/** One photograph as `ingest` records it: it can be decoded to its last byte, and its four camera settings are known. */
import { failed, success, type Result } from '../../failure.ts';
import { decodeWith, readImageFile, type ReadOptions } from '../image/read.ts';
import { formatOf, type ImageFormat } from '../image/signature.ts';
import { readExif, readFdfExif } from './read.ts';
import { allTags, readTags, tagNames, type CameraTags, type ExifFields } from './tags.ts';

export interface Photo {
  /** px, after orientation. */
  readonly width: number;
  readonly height: number;
  readonly tags: CameraTags;
  /** The camera's model, where the photo names it. */
  readonly camera: string | null;
}

/**
 * Decodes all of `file` and reads its tags: from the EXIF inside, or, where that has none of the four, from FDF's JSON file
 * beside it (`12.png`, `12.json`). Fails as `readImage` does, and with TAG_MISSING.
 */
export async function readPhoto(file: string, options: ReadOptions = {}): Promise<Result<Photo>> {
  const bytes = await readImageFile(file);
  if (!bytes.ok) return bytes;
  const decoded = await decodeWith(bytes.value, file, options, async (picture) => {
    const { autoOrient, exif } = await picture.metadata();
    // At its full size: a reduced one costs a third less, but does not need the last rows and misses that they are cut off.
    await picture.raw().toBuffer();
    return { ...autoOrient, exif };
  });
  if (!decoded.ok) return decoded;

  const { width, height, exif } = decoded.value;
  const inside = await readExif(bytes.value, formatOf(bytes.value) as ImageFormat, exif);
  const fields = tagNames.some((name) => readTags(inside)[name].ok)
    ? inside
    : { ...inside, ...(await readFdfExif(file.replace(/\.[^.]*$/, '.json'))) };
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

function cameraOf({ Model: model }: ExifFields): string | null {
  const name = typeof model === 'string' ? model.replaceAll('\0', '').trim() : '';
  return name === '' ? null : name;
}
