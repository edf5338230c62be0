/**
 * A square of a picture, brought to the network's input by one resampling, so that a photo and its manipulated variants
 * go through the same interpolation once and a flip leaves no trace of its own.
 *
 * Cubic convolution. Where the picture shrinks, the kernel is widened by the factor,
 * as an anti-aliasing filter; where it shrinks by more than four, blocks of pixels are averaged first.
 */
import type { Random } from '../random.ts';
import { cubicKernel } from './cubic.ts';
import { reduceImage, type Samples } from './reduce.ts';
import type { Image } from './image.ts';

/** In px; a pixel is the square [i, i+1). May reach beyond the picture, whose edge pixels then go on outwards. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** A small displacement of the square about its own centre. */
export interface Jitter {
  /** Radians; positive turns the sampled square clockwise on the screen, so what it shows counter-clockwise. */
  readonly rotation: number;
  /** Above 1 the sampled square is larger. */
  readonly scale: number;
  /** px of the result, to the right and down. */
  readonly shiftX: number;
  readonly shiftY: number;
}

/** How far jitters spread. */
export interface JitterSpread {
  /** Standard deviation, radians. */
  readonly rotation: number;
  /** Uniform in 1 +- this. */
  readonly scale: number;
  /** Uniform in +- this, px of the result. */
  readonly shift: number;
}

export const noJitter: Jitter = { rotation: 0, scale: 1, shiftX: 0, shiftY: 0 };

/** The square as `(size, size, 3)` 8-bit RGB. Without jitter a square of `size` px at whole pixels is copied byte for byte. */
export function cropSquare(image: Image, square: Square, size: number, jitter: Jitter): Uint8Array {
  const shrink = square.side / size;
  const block = Math.max(1, Math.floor(shrink / 2));
  const samples = block === 1 ? image : reduceImage(image, block);
  const place = placeOf(square, size, jitter, block);
  const width = Math.max(1, shrink / block);
  return jitter.rotation === 0
    ? resampleAligned(samples, size, place, width)
    : resampleRotated(samples, size, place, width);
}

export function sampleJitter(spread: JitterSpread, random: Random): Jitter {
  return {
    rotation: spread.rotation * random.normal(),
    scale: random.between(1 - spread.scale, 1 + spread.scale),
    shiftX: random.between(-spread.shift, spread.shift),
    shiftY: random.between(-spread.shift, spread.shift),
  };
}

/** The affine map from the result's pixels to the samples': `X = x0 + cos x - sin y`, `Y = y0 + sin x + cos y`, pixel centres at integers. */
interface Placement {
  readonly x0: number;
  readonly y0: number;
  readonly cos: number;
  readonly sin: number;
}

function placeOf(square: Square, size: number, jitter: Jitter, block: number): Placement {
  const pixel = square.side / size; // of the picture, for one of the result
  const step = (pixel * jitter.scale) / block;
  const cos = Math.cos(jitter.rotation) * step;
  const sin = Math.sin(jitter.rotation) * step;
  const centre = (size - 1) / 2;
  const toSample = (position: number): number => (position - block / 2) / block;
  const centreX = toSample(square.x + square.side / 2 + jitter.shiftX * pixel);
  const centreY = toSample(square.y + square.side / 2 + jitter.shiftY * pixel);
  return {
    x0: centreX - (cos - sin) * centre,
    y0: centreY - (sin + cos) * centre,
    cos,
    sin,
  };
}

/** Every pixel has weights of its own: the product of one kernel along x and one along y. */
function resampleRotated(samples: Samples, size: number, place: Placement, width: number): Uint8Array {
  const { x0, y0, cos, sin } = place;
  const { data } = samples;
  const output = new Uint8Array(size * size * 3);
  const columns = tapsOf(width);
  const rows = tapsOf(width);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      setTaps(columns, x0 + cos * x - sin * y, samples.width, width);
      setTaps(rows, y0 + sin * x + cos * y, samples.height, width);
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
function resampleAligned(samples: Samples, size: number, place: Placement, width: number): Uint8Array {
  const { x0, y0, cos: step } = place;
  const columns = Array.from({ length: size }, (_, x) => {
    const taps = tapsOf(width);
    setTaps(taps, x0 + step * x, samples.width, width);
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
  const rows = tapsOf(width);
  const sums = new Float64Array(size * 3);
  for (let y = 0; y < size; y++) {
    setTaps(rows, y0 + step * y, samples.height, width);
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
