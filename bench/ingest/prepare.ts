/** A worker's share of the photographs: EXIF, decoding, the square in the middle, one resampling to 224 px. One decoding for all. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readExif } from '../../src/science/exif/read.ts';
import { readTags } from '../../src/science/exif/tags.ts';
import { cropBox } from '../../src/science/image/crop.ts';
import { type Box, frameOf } from '../../src/science/image/framing.ts';
import { discard, type Image } from '../../src/science/image/image.ts';
import { noJitter } from '../../src/science/image/jitter.ts';
import { decodeImage } from '../../src/science/image/read.ts';
import { decodeReduced } from '../../src/science/image/read-reduced.ts';
import { formatOf, type ImageFormat } from '../../src/science/image/signature.ts';

const size = 224; // px
const crop = { from: 'image', margin: 1, beyond: 'extend' } as const;

export interface PrepareTask {
  readonly files: readonly string[];
  /** `libvips`: all but EXIF by libvips, which decodes in full; what it alone takes. */
  readonly decode: 'full' | 'reduced' | 'libvips';
}

export default async function prepare({ files, decode }: PrepareTask): Promise<number> {
  let usable = 0;
  for (const file of files) {
    const bytes = await readFile(file);
    const { exif } = await sharp(bytes).metadata();
    readTags(readExif(bytes, formatOf(bytes) as ImageFormat, exif));
    if ((await croppings[decode](bytes, file)) !== undefined) usable += 1;
    discard(bytes);
  }
  return usable;
}

type Cropping = (bytes: Buffer, file: string) => Promise<Uint8Array | undefined>;

const croppings: Readonly<Record<PrepareTask['decode'], Cropping>> = {
  async full(bytes, file) {
    const image = await decodeImage(bytes, file);
    return image.ok ? cropped(image.value, frameOf(image.value, crop)) : undefined;
  },
  async reduced(bytes, file) {
    const reduced = await decodeReduced(
      bytes,
      file,
      {},
      ({ width, height }) => Math.min(width, height) / size / 2,
    );
    if (!reduced.ok) return undefined;
    const { image, place } = reduced.value;
    return cropped(image, place(frameOf(reduced.value, crop)));
  },
  async libvips(bytes) {
    const picture = sharp(bytes, { autoOrient: true });
    try {
      const { autoOrient } = await picture.metadata();
      const { x: left, y: top, width, height } = frameOf(autoOrient, crop);
      return await picture
        .extract({ left, top, width, height })
        .resize(size, size, { kernel: 'cubic' })
        .raw()
        .toBuffer();
    } catch {
      return undefined; // damaged
    }
  },
};

function cropped(image: Image, frame: Box): Uint8Array {
  const pixels = cropBox(image, frame, size, noJitter);
  discard(image.data);
  return pixels;
}
