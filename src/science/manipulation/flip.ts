/** Mirrors a region of a picture in place and blends it into its surroundings (section III of the paper, figure 3). */
import type { Image } from '../image/image.ts';
import { fromRegion, type Region, regionBounds, regionWeight, toRegion } from './region.ts';
import { sampleBilinear } from './sample.ts';

/** `horizontal` exchanges left and right, `vertical` top and bottom. */
export type FlipDirection = 'horizontal' | 'vertical';

/**
 * A copy of `image` with the region mirrored about its centre. Without roll every pixel takes the place of another
 * one and nothing is interpolated; mirror images that lie outside the picture are the nearest pixel.
 */
export function flipRegion(image: Image, region: Region, direction: FlipDirection): Image {
  const { width, height } = image;
  const data = image.data.slice();
  const mirrored = new Float64Array(3);
  const [left, top, right, bottom] = regionBounds(region, width, height);
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const weight = regionWeight(region, x, y);
      if (weight === 0) continue;
      const [u, v] = toRegion(region, x, y);
      const [fromX, fromY] =
        direction === 'horizontal' ? fromRegion(region, -u, v) : fromRegion(region, u, -v);
      sampleBilinear(image, fromX, fromY, mirrored);
      const at = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = Math.round(
          (1 - weight) * (image.data[at + channel] as number) + weight * (mirrored[channel] as number),
        );
    }
  return { width, height, data };
}
