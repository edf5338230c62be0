/** A worker's share of the photographs: EXIF, decoding, the square in the middle, one resampling to 224 px. One decoding for all. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readExif } from '../../src/science/exif/read.ts';
import { readTags } from '../../src/science/exif/tags.ts';
import { cropSquare, noJitter } from '../../src/science/image/crop.ts';
import { centredSquare } from '../../src/science/image/prepare.ts';
import { decodeImage } from '../../src/science/image/read.ts';
import { formatOf, type ImageFormat } from '../../src/science/image/signature.ts';

sharp.concurrency(1);

export default async function prepare(files: readonly string[]): Promise<number> {
  let usable = 0;
  for (const file of files) {
    const bytes = await readFile(file);
    const image = await decodeImage(bytes, file);
    if (!image.ok) continue;
    readTags(await readExif(bytes, formatOf(bytes) as ImageFormat));
    cropSquare(image.value, centredSquare(image.value, 1), 224, noJitter);
    usable += 1;
  }
  return usable;
}
