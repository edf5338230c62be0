/** A worker's share of the photographs: EXIF, decoding, the square in the middle, one resampling to 224 px. One decoding for all. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readExif } from '../../src/science/exif/read.ts';
import { readTags } from '../../src/science/exif/tags.ts';
import { cropBox } from '../../src/science/image/crop.ts';
import { frameOf } from '../../src/science/image/framing.ts';
import { noJitter } from '../../src/science/image/jitter.ts';
import { decodeImage } from '../../src/science/image/read.ts';
import { formatOf, type ImageFormat } from '../../src/science/image/signature.ts';

sharp.concurrency(1);
const crop = { from: 'image', margin: 1, beyond: 'extend' } as const;

export default async function prepare(files: readonly string[]): Promise<number> {
  let usable = 0;
  for (const file of files) {
    const bytes = await readFile(file);
    const image = await decodeImage(bytes, file);
    if (!image.ok) continue;
    readTags(await readExif(bytes, formatOf(bytes) as ImageFormat));
    cropBox(image.value, frameOf(image.value, crop), 224, noJitter);
    usable += 1;
  }
  return usable;
}
