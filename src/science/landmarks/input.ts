/**
 * A part of a picture as a network's input: made square with black or grey, resampled to the network's side, normalised.
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
  /** Where the part lies in the square, within the border. */
  readonly place: 'corner' | 'centre';
  /** What the square has around the part on all sides, in multiples of its longer side; 0 if not given. */
  readonly border?: number;
  /** The grey around the part, 0 to 255; black if not given. */
  readonly fill?: number;
  /** Network values are (value - mean[channel]) / divisor. */
  readonly mean: readonly [number, number, number];
  readonly divisor: number;
}

export function networkInput(
  image: Image,
  part: PixelBox,
  { side, place, border = 0, fill = 0, mean, divisor }: InputOptions,
): NetworkInput {
  const longer = Math.max(part.width, part.height);
  const room = border * longer;
  const square = longer + 2 * room;
  const padding = (length: number): number =>
    room + (place === 'corner' ? 0 : Math.floor((longer - length) / 2));
  const columns = tapsOf(side, square, padding(part.width), part.x, part.width);
  const rows = tapsOf(side, square, padding(part.height), part.y, part.height);
  const data = new Float32Array(3 * side * side);
  const lines = new Map<number, Float64Array>();
  for (let i = 0; i < side; i++) {
    const { first, weights } = rows[i] as Taps;
    const sums = new Float64Array(3 * side);
    for (let k = 0; k < weights.length; k++) {
      const line = lines.get(first + k) ?? resampleLine(image, first + k, columns, fill);
      lines.set(first + k, line);
      const weight = weights[k] as number;
      for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + weight * (line[j] as number);
    }
    for (const row of lines.keys()) if (row < first) lines.delete(row);
    for (let j = 0; j < side; j++)
      for (let channel = 0; channel < 3; channel++)
        data[(channel * side + i) * side + j] =
          ((sums[3 * j + channel] as number) + fill - (mean[channel] as number)) / divisor;
  }
  return { data, square, left: part.x - padding(part.width), top: part.y - padding(part.height) };
}

/** Pixels of one axis and their weights; where the surroundings have a share they add up to less than 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** For each of `side` values along a square of `square` px that holds `length` pixels from `start` after `pad` others. */
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
    return { first, weights: Float64Array.from(weights.values(), (weight) => weight / sum) };
  });
}

/** One row of the picture at the columns' positions, (side, 3), less the grey around it. */
function resampleLine(
  { data, width }: Image,
  row: number,
  columns: readonly Taps[],
  fill: number,
): Float64Array {
  const line = new Float64Array(3 * columns.length);
  for (let j = 0; j < columns.length; j++) {
    const { first, weights } = columns[j] as Taps;
    let at = 3 * (row * width + first);
    let [red, green, blue] = [0, 0, 0];
    for (let k = 0; k < weights.length; k++, at += 3) {
      const weight = weights[k] as number;
      red += weight * ((data[at] as number) - fill);
      green += weight * ((data[at + 1] as number) - fill);
      blue += weight * ((data[at + 2] as number) - fill);
    }
    line[3 * j] = red;
    line[3 * j + 1] = green;
    line[3 * j + 2] = blue;
  }
  return line;
}
