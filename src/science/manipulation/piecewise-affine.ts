/**
 * The global manipulation: a piecewise affine warp as imgaug's `PiecewiseAffine` defines it. Control points on a
 * regular grid over the picture are moved by normal noise and kept inside it; between them the picture is mapped
 * triangle by triangle and sampled bilinearly.
 */
import type { Image } from '../image/image.ts';
import type { Random } from '../random.ts';
import { sampleBilinear } from './sample.ts';

export interface PiecewiseAffine {
  /** Control points a side, at least 2. */
  readonly grid: number;
  /** (grid, grid, 2) x, y in px: where the picture is sampled for the regular control point of the same row and column. */
  readonly points: Float64Array;
}

export interface PiecewiseAffineOptions {
  readonly grid: number;
  /** Limits of the noise's standard deviation, drawn once a picture, as a share of the frame's width and height. */
  readonly deviation: readonly [number, number];
}

/** px. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Draws a warp for a picture of `width` x `height` px, of which `frame` is what the deviation is a share of. */
export function drawPiecewiseAffine(
  { grid, deviation: [least, most] }: PiecewiseAffineOptions,
  { width, height, frame }: Frame & { readonly frame: Frame },
  random: Random,
): PiecewiseAffine {
  const share = random.between(least, most);
  const [across, down] = [share * frame.width, share * frame.height];
  const points = new Float64Array(2 * grid * grid);
  for (let row = 0; row < grid; row++)
    for (let column = 0; column < grid; column++) {
      const at = 2 * (row * grid + column);
      points[at] = clamp((column * width) / (grid - 1) + across * random.normal(), width - 1);
      points[at + 1] = clamp((row * height) / (grid - 1) + down * random.normal(), height - 1);
    }
  return { grid, points };
}

/** The warped picture, of the same size. Each cell of the grid is two triangles, cut from upper left to lower right. */
export function warpPiecewiseAffine(image: Image, { grid, points }: PiecewiseAffine): Image {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  const colour = new Float64Array(3);
  const cells = grid - 1;
  for (let y = 0; y < height; y++) {
    const v = (y * cells) / height;
    const row = Math.floor(v);
    const down = v - row;
    for (let x = 0; x < width; x++) {
      const u = (x * cells) / width;
      const column = Math.floor(u);
      const across = u - column;
      const upperLeft = 2 * (row * grid + column);
      const lowerRight = upperLeft + 2 * grid + 2;
      // The triangle's third corner and the weights of the three (barycentric coordinates).
      const third = across > down ? upperLeft + 2 : upperLeft + 2 * grid;
      const far = Math.min(across, down);
      const side = Math.abs(across - down);
      const near = 1 - far - side;
      sampleBilinear(
        image,
        near * (points[upperLeft] as number) +
          side * (points[third] as number) +
          far * (points[lowerRight] as number),
        near * (points[upperLeft + 1] as number) +
          side * (points[third + 1] as number) +
          far * (points[lowerRight + 1] as number),
        colour,
      );
      const at = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = Math.round(colour[channel] as number);
    }
  }
  return { width, height, data };
}

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
