/** A worker's share of the photographs: EXIF, decoding, the square in the middle, one resampling to 224 px. One decoding for all. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readExif } from '../../src/science/exif/read.ts';
import { readTags } from '../../src/science/exif/tags.ts';
import { cropBox } from '../../src/science/image/crop.ts';
import { frameOf } from '../../src/science/image/framing.ts';
import { noJitter } from '../../src/science/image/jitter.ts';
import { decodeImage } from '../../src/science/image/read.ts';
import { decodeReduced } from '../../src/science/image/read-reduced.ts';
import { formatOf, type ImageFormat } from '../../src/science/image/signature.ts';

sharp.concurrency(1);
const size = 224; // px
const crop = { from: 'image', margin: 1, beyond: 'extend' } as const;

export interface PrepareTask {
  readonly files: readonly string[];
  readonly decode: 'full' | 'reduced';
}

export default async function prepare({ files, decode }: PrepareTask): Promise<number> {
  let usable = 0;
  for (const file of files) {
    const bytes = await readFile(file);
    readTags(await readExif(bytes, formatOf(bytes) as ImageFormat));
    const pixels = decode === 'full' ? await cropFull(bytes, file) : await cropReduced(bytes, file);
    if (pixels !== undefined) usable += 1;
  }
  return usable;
}

async function cropFull(bytes: Buffer, file: string): Promise<Uint8Array | undefined> {
  const image = await decodeImage(bytes, file);
  return image.ok ? cropBox(image.value, frameOf(image.value, crop), size, noJitter) : undefined;
}

async function cropReduced(bytes: Buffer, file: string): Promise<Uint8Array | undefined> {
  const reduced = await decodeReduced(
    bytes,
    file,
    {},
    ({ width, height }) => Math.min(width, height) / size / 2,
  );
  if (!reduced.ok) return undefined;
  const { image, place } = reduced.value;
  return cropBox(image, place(frameOf(reduced.value, crop)), size, noJitter);
}
