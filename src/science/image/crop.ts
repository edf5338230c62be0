/**
 * A box of a picture, brought to the network's input by one resampling, so that a photo and its manipulated variants
 * go through the same interpolation once and a flip leaves no trace of its own. Where the picture shrinks by more than four, blocks
 * of pixels are averaged first.
 */
import type { Box } from './framing.ts';
import { discard, type Image } from './image.ts';
import type { Jitter } from './jitter.ts';
import type { Placement } from './placement.ts';
import { type BlockRange, reduceImage } from './reduce.ts';
import { resample } from './resample.ts';

/**
 * The box as `(size, size, 3)` 8-bit RGB, stretched where it is no square; it may reach beyond the picture, whose edge pixels then go
 * on outwards. Without jitter a square of `size` px at whole pixels is copied byte for byte.
 */
export function cropBox(image: Image, box: Box, size: number, jitter: Jitter): Uint8Array {
  const shrink = Math.min(box.width, box.height) / size;
  const block = Math.max(1, Math.floor(shrink / 2));
  const place = placementOf(box, size, jitter, block);
  if (block === 1) return resample(image, size, place);
  const range = blocksNeeded(image, size, place, block);
  const samples = reduceImage(image, block, range);
  const pixels = resample(samples, size, { ...place, x0: place.x0 - range.left, y0: place.y0 - range.top });
  discard(samples.data);
  return pixels;
}

/** Where the result's pixels lie among the means of blocks of `block` px. */
function placementOf(box: Box, size: number, jitter: Jitter, block: number): Placement {
  const [wide, high] = [box.width / size, box.height / size]; // px of the picture, for one of the result
  const [stepX, stepY] = [wide, high].map((pixel) => (pixel * jitter.scale) / block) as [number, number];
  const cos = Math.cos(jitter.rotation);
  const sin = Math.sin(jitter.rotation);
  const [xx, xy, yx, yy] = [cos * stepX, sin * stepX, sin * stepY, cos * stepY];
  const centre = (size - 1) / 2;
  const toSample = (position: number): number => (position - block / 2) / block;
  return {
    x0: toSample(box.x + box.width / 2 + jitter.shiftX * wide) - (xx - xy) * centre,
    y0: toSample(box.y + box.height / 2 + jitter.shiftY * high) - (yx + yy) * centre,
    xx,
    xy: -xy,
    yx,
    yy,
    widthX: Math.max(1, wide / block),
    widthY: Math.max(1, high / block),
  };
}

/** The blocks of the picture that the result is made of, and at least one. */
function blocksNeeded(image: Image, size: number, place: Placement, block: number): BlockRange {
  const { x0, y0, xx, xy, yx, yy, widthX, widthY } = place;
  const last = size - 1;
  const across = (start: number, x: number, y: number, width: number): [number, number] => {
    const ends = [start, start + x * last, start + y * last, start + (x + y) * last];
    return [Math.floor(Math.min(...ends) - 2 * width) - 1, Math.ceil(Math.max(...ends) + 2 * width) + 2];
  };
  const within = ([first, end]: [number, number], length: number): [number, number] => {
    const blocks = Math.ceil(length / block);
    const start = Math.min(Math.max(first, 0), blocks - 1);
    return [start, Math.max(Math.min(end, blocks), start + 1)];
  };
  const [left, right] = within(across(x0, xx, xy, widthX), image.width);
  const [top, bottom] = within(across(y0, yx, yy, widthY), image.height);
  return { left, top, right, bottom };
}
