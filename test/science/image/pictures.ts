/** Pictures made for the tests: no photograph of anyone. */
import sharp, { type Sharp } from 'sharp';
import type { Image } from '../../../src/science/image/image.ts';
import { randomOf } from '../../../src/science/random.ts';

/** Waves and noise: no two places alike, and no orientation like another. */
export function texture(width: number, height: number, seed = 1): Image {
  const random = randomOf('texture', seed);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    return 110 + 60 * Math.sin(x / (5 + (i % 3))) + 40 * Math.cos(y / 9) + random.between(-25, 25);
  });
  return { width, height, data };
}

export const toSharp = ({ width, height, data }: Image): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });

/** One colour, 20 x 20 px unless told otherwise. */
export const plain = (
  background: string | { r: number; g: number; b: number; alpha: number },
  side = 20,
): Sharp =>
  sharp({
    create: { width: side, height: side, channels: typeof background === 'string' ? 3 : 4, background },
  });

export const pixelAt = ({ width, data }: Image, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
