/** The traces that decoders, upsamplers and post-processing leave in a picture; each changes the picture in place. */
import { randomOf, type Random } from '../../random.ts';
import { gaussianBlur } from '../blur.ts';
import { clamp } from '../interval.ts';
import { emptyPlanes, luma, plane, type Planes } from '../planes.ts';

/** Half the size and back, by bilinear interpolation: what a decoder's last upsampling does. */
export function downAndUp(picture: Planes): Planes {
  const half = halve(picture);
  const result = emptyPlanes(picture.size, picture.channels);
  for (let channel = 0; channel < picture.channels; channel++)
    doubleBilinear(plane(half, channel), plane(result, channel), picture.size);
  return result;
}

/** Half the size and back by repeated pixels, slightly blurred. */
export function downAndUpNearest(picture: Planes): Planes {
  const { size, channels } = picture;
  const half = halve(picture);
  const result = emptyPlanes(size, channels);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        result.data[(channel * size + y) * size + x] = plane(half, channel)[
          (y >> 1) * (size >> 1) + (x >> 1)
        ] as number;
  return gaussianBlur(result, 0.55);
}

/**
 * Patches of 4 x 4 px as a code book has them: the mean in steps of .35 `step`, a slope, and what remains in steps of
 * `step` with a dead zone.
 */
export function quantisePatches({ size, channels, data }: Planes, step: number): void {
  const side = 4;
  for (let channel = 0; channel < channels; channel++)
    for (let top = 0; top + side <= size; top += side)
      for (let left = 0; left + side <= size; left += side)
        quantisePatch(data, (channel * size + top) * size + left, size, side, step);
}

/** Colours farther from grey by `saturation`, and all farther from the middle by `contrast`. */
export function saturate(picture: Planes, saturation: number, contrast: number): void {
  const [red, green, blue] = [plane(picture, 0), plane(picture, 1), plane(picture, 2)] as const;
  for (let i = 0; i < red.length; i++) {
    const grey =
      luma[0] * (red[i] as number) + luma[1] * (green[i] as number) + luma[2] * (blue[i] as number);
    for (const values of [red, green, blue])
      values[i] = 0.5 + (grey + saturation * ((values[i] as number) - grey) - 0.5) * contrast;
  }
}

/** A grey pattern of `period` px that is the same in every picture of a model, as transposed convolutions leave it. */
export function addPattern(
  { size, channels, data }: Planes,
  model: string,
  period: number,
  deviation: number,
): void {
  const random = randomOf('pattern', model);
  const tile = Float64Array.from({ length: period * period }, () => deviation * random.normal());
  for (let i = 0; i < channels * size * size; i++) {
    const x = i % size;
    const y = Math.floor(i / size) % size;
    data[i] = (data[i] as number) + (tile[(y % period) * period + (x % period)] as number);
  }
}

/** Smooth blotches of colour, about `cell` px large. */
export function addBlotches(
  random: Random,
  { size, channels, data }: Planes,
  cell: number,
  deviation: number,
): void {
  const nodes = Math.ceil(size / cell) + 2;
  for (let channel = 0; channel < channels; channel++) {
    const field = Float64Array.from({ length: nodes * nodes }, () => deviation * random.normal());
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const i = (channel * size + y) * size + x;
        data[i] = (data[i] as number) + bilinear(field, nodes, x / cell, y / cell);
      }
  }
}

function halve({ size, channels, data }: Planes): Planes {
  const half = emptyPlanes(size >> 1, channels);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < half.size; y++)
      for (let x = 0; x < half.size; x++) {
        const i = (channel * size + 2 * y) * size + 2 * x;
        half.data[(channel * half.size + y) * half.size + x] =
          ((data[i] as number) +
            (data[i + 1] as number) +
            (data[i + size] as number) +
            (data[i + size + 1] as number)) /
          4;
      }
  return half;
}

/** Pixel x of the large plane lies a quarter of a small pixel before or after the middle of small pixel x/2. */
function doubleBilinear(small: Float32Array, large: Float32Array, size: number): void {
  const half = size >> 1;
  const last = half - 1;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const column = clamp(x / 2 - 0.25, 0, last);
      const row = clamp(y / 2 - 0.25, 0, last);
      large[y * size + x] = bilinear(small, half, column, row);
    }
}

function bilinear(values: Float32Array | Float64Array, width: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(width - 1, top + 1);
  const across = x - left;
  const at = (column: number, row: number): number => values[row * width + column] as number;
  const upper = at(left, top) * (1 - across) + at(right, top) * across;
  const lower = at(left, bottom) * (1 - across) + at(right, bottom) * across;
  return upper + (lower - upper) * (y - top);
}

function quantisePatch(data: Float32Array, first: number, size: number, side: number, step: number): void {
  const middle = (side - 1) / 2;
  let mean = 0;
  let slopeX = 0;
  let slopeY = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const value = data[first + y * size + x] as number;
      mean += value / side ** 2;
      // The squares of the places sum to 20 in a patch of 4 x 4.
      slopeX += (value * (x - middle)) / 20;
      slopeY += (value * (y - middle)) / 20;
    }
  const coarse = 0.35 * step;
  mean = Math.round(mean / coarse) * coarse;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const i = first + y * size + x;
      const smooth = mean + slopeX * (x - middle) + slopeY * (y - middle);
      const rest = (data[i] as number) - smooth;
      data[i] =
        smooth + Math.sign(rest) * Math.round(Math.max(0, Math.abs(rest) - 0.15 * step) / step) * step;
    }
}
