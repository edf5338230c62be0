/**
 * Samples of a picture at the places of an affine grid, by cubic convolution. Where the picture shrinks, the kernel is widened by the factor, as an anti-aliasing filter. Beyond the picture its edge goes on.
 */
import { cubicKernel } from './cubic.ts';
import type { Samples } from './reduce.ts';

/** The map from the result's pixels to the samples': `X = x0 + xx x + xy y`, `Y = y0 + yx x + yy y`, pixel centres at integers. */
export interface Placement {
  readonly x0: number;
  readonly y0: number;
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  /** How much the kernel is widened along X and along Y; at least 1. */
  readonly widthX: number;
  readonly widthY: number;
}

/** The result as `(size, size, 3)` 8-bit RGB. */
export function resample(samples: Samples, size: number, place: Placement): Uint8Array {
  return place.xy === 0 && place.yx === 0
    ? resampleAligned(samples, size, place)
    : resampleRotated(samples, size, place);
}

/** Every pixel has weights of its own: the product of one kernel along x and one along y. */
function resampleRotated(samples: Samples, size: number, place: Placement): Uint8Array {
  const { x0, y0, xx, xy, yx, yy, widthX, widthY } = place;
  const { data } = samples;
  const output = new Uint8Array(size * size * 3);
  const columns = tapsOf(widthX);
  const rows = tapsOf(widthY);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      setTaps(columns, x0 + xx * x + xy * y, samples.width, widthX);
      setTaps(rows, y0 + yx * x + yy * y, samples.height, widthY);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < rows.count; j++) {
        const line = (rows.positions[j] as number) * samples.width;
        const rowWeight = rows.weights[j] as number;
        for (let i = 0; i < columns.count; i++) {
          const weight = rowWeight * (columns.weights[i] as number);
          const at = (line + (columns.positions[i] as number)) * 3;
          red += weight * (data[at] as number);
          green += weight * (data[at + 1] as number);
          blue += weight * (data[at + 2] as number);
        }
      }
      const to = (y * size + x) * 3;
      output[to] = toByte(red);
      output[to + 1] = toByte(green);
      output[to + 2] = toByte(blue);
    }
  }
  return output;
}

/** Without rotation the weights of a column are the same in all rows: along x first, then along y. */
function resampleAligned(samples: Samples, size: number, place: Placement): Uint8Array {
  const { x0, y0, xx, yy, widthX, widthY } = place;
  const columns = Array.from({ length: size }, (_, x) => {
    const taps = tapsOf(widthX);
    setTaps(taps, x0 + xx * x, samples.width, widthX);
    return taps;
  });
  const lines = new Map<number, Float64Array>();
  const lineAt = (row: number): Float64Array => {
    const known = lines.get(row);
    if (known !== undefined) return known;
    const line = resampleLine(samples, row, columns);
    lines.set(row, line);
    return line;
  };

  const output = new Uint8Array(size * size * 3);
  const rows = tapsOf(widthY);
  const sums = new Float64Array(size * 3);
  for (let y = 0; y < size; y++) {
    setTaps(rows, y0 + yy * y, samples.height, widthY);
    sums.fill(0);
    for (let j = 0; j < rows.count; j++) {
      const line = lineAt(rows.positions[j] as number);
      const weight = rows.weights[j] as number;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (line[i] as number);
    }
    for (let i = 0; i < sums.length; i++) output[y * size * 3 + i] = toByte(sums[i] as number);
    for (const row of lines.keys()) if (row < (rows.positions[0] as number)) lines.delete(row);
  }
  return output;
}

function resampleLine({ data, width }: Samples, row: number, columns: readonly Taps[]): Float64Array {
  const line = new Float64Array(columns.length * 3);
  const start = row * width;
  for (let x = 0; x < columns.length; x++) {
    const { count, positions, weights } = columns[x] as Taps;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let i = 0; i < count; i++) {
      const at = (start + (positions[i] as number)) * 3;
      const weight = weights[i] as number;
      red += weight * (data[at] as number);
      green += weight * (data[at + 1] as number);
      blue += weight * (data[at + 2] as number);
    }
    line[x * 3] = red;
    line[x * 3 + 1] = green;
    line[x * 3 + 2] = blue;
  }
  return line;
}

/** Which samples of an axis make one value, and with what weights; the weights add up to 1. */
interface Taps {
  count: number;
  readonly positions: Int32Array;
  readonly weights: Float64Array;
}

function tapsOf(width: number): Taps {
  const room = Math.ceil(4 * width) + 1;
  return { count: 0, positions: new Int32Array(room), weights: new Float64Array(room) };
}

/** The taps at `position` of an axis of `length` samples, beyond which its first and last sample go on. */
function setTaps(taps: Taps, position: number, length: number, width: number): void {
  const first = width === 1 ? Math.floor(position) - 1 : Math.ceil(position - 2 * width);
  const last = width === 1 ? first + 3 : Math.floor(position + 2 * width);
  taps.count = last - first + 1;
  let sum = 0;
  for (let i = 0; i < taps.count; i++) {
    const weight = cubicKernel((first + i - position) / width);
    taps.positions[i] = Math.min(Math.max(first + i, 0), length - 1);
    taps.weights[i] = weight;
    sum += weight;
  }
  if (width === 1) return; // Keys' kernel adds up to 1 by itself
  for (let i = 0; i < taps.count; i++) taps.weights[i] = (taps.weights[i] as number) / sum;
}

/** Half up, then clamped. */
function toByte(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
}
