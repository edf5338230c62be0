/**
 * A part of a picture as a network's input: made square with black, resampled to the network's side, normalised.
 * The grid is TensorFlow's bilinear one, on which these networks were trained: value i samples the square at
 * pixel i * scale, so a share s of the side means the pixel coordinate s * square. Where the part shrinks, the
 * triangle of weights is widened by the factor, so that no pixel is skipped.
 */
import type { Image } from '../image/image.ts';

/** Whole pixels inside a picture. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface NetworkInput {
  /** (1, 3, side, side), planes red, green, blue. */
  readonly data: Float32Array;
  /** The side of the square before resampling, px. */
  readonly square: number;
  /** Where the square begins in the picture, px; before the part where it is padded there. */
  readonly left: number;
  readonly top: number;
}

export interface InputOptions {
  readonly side: number;
  /** Where the part lies in the square. */
  readonly place: 'corner' | 'centre';
  /** Network values are (value - mean[channel]) / divisor. */
  readonly mean: readonly [number, number, number];
  readonly divisor: number;
}

export function networkInput(
  image: Image,
  part: PixelBox,
  { side, place, mean, divisor }: InputOptions,
): NetworkInput {
  const square = Math.max(part.width, part.height);
  const padding = (length: number): number => (place === 'corner' ? 0 : Math.floor((square - length) / 2));
  const columns = tapsOf(side, square, padding(part.width), part.x, part.width);
  const rows = tapsOf(side, square, padding(part.height), part.y, part.height);
  const data = new Float32Array(3 * side * side);
  const lines = new Map<number, Float64Array>();
  for (let i = 0; i < side; i++) {
    const { first, weights } = rows[i] as Taps;
    const sums = new Float64Array(3 * side);
    weights.forEach((weight, k) => {
      const line = lines.get(first + k) ?? resampleLine(image, first + k, columns);
      lines.set(first + k, line);
      for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + weight * (line[j] as number);
    });
    for (const row of lines.keys()) if (row < first) lines.delete(row);
    for (let j = 0; j < side; j++)
      for (let channel = 0; channel < 3; channel++)
        data[(channel * side + i) * side + j] =
          ((sums[3 * j + channel] as number) - (mean[channel] as number)) / divisor;
  }
  return { data, square, left: part.x - padding(part.width), top: part.y - padding(part.height) };
}

/** Pixels of one axis from `first`, and their weights; where black has a share they add up to less than 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** For each of `side` values along a square of `square` px that holds `length` pixels from `start` after `pad` black ones. */
function tapsOf(side: number, square: number, pad: number, start: number, length: number): readonly Taps[] {
  const scale = square / side;
  const reach = Math.max(1, scale);
  return Array.from({ length: side }, (_, i) => {
    const position = i * scale;
    const weights = new Map<number, number>();
    let sum = 0;
    for (let pixel = Math.ceil(position - reach); pixel <= position + reach; pixel++) {
      const weight = 1 - Math.abs(pixel - position) / reach;
      sum += weight;
      const inPart = Math.min(Math.max(pixel, 0), square - 1) - pad; // the square's edge goes on beyond it
      if (weight > 0 && inPart >= 0 && inPart < length)
        weights.set(start + inPart, (weights.get(start + inPart) ?? 0) + weight);
    }
    const [first = start] = weights.keys();
    return { first, weights: Array.from(weights.values(), (weight) => weight / sum) };
  });
}

/** One row of the picture at the columns' positions, (side, 3). */
function resampleLine(image: Image, row: number, columns: readonly Taps[]): Float64Array {
  const line = new Float64Array(3 * columns.length);
  columns.forEach(({ first, weights }, j) => {
    let at = 3 * (row * image.width + first);
    for (const weight of weights)
      for (let channel = 0; channel < 3; channel++)
        line[3 * j + channel] = (line[3 * j + channel] as number) + weight * (image.data[at++] as number);
  });
  return line;
}
