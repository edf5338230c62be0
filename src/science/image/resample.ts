/**
 * Samples of a picture at the places of an affine grid, by cubic convolution. Where the picture shrinks, the kernel is widened by the
 * factor, as an anti-aliasing filter. Beyond the picture its edge goes on.
 */
import type { Placement } from './placement.ts';
import type { Samples } from './reduce.ts';
import { resampleAligned } from './resample-aligned.ts';
import { setTaps, tapsOf } from './taps.ts';

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
  const across = tapsOf(widthX);
  const down = tapsOf(widthY);
  const columns = new Int32Array(across.weights.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      setTaps(across, x0 + xx * x + xy * y, widthX);
      setTaps(down, y0 + yx * x + yy * y, widthY);
      for (let i = 0; i < across.count; i++) columns[i] = 3 * clamp(across.first + i, samples.width);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < down.count; j++) {
        const line = 3 * samples.width * clamp(down.first + j, samples.height);
        const rowWeight = down.weights[j] as number;
        for (let i = 0; i < across.count; i++) {
          const weight = rowWeight * (across.weights[i] as number);
          const at = line + (columns[i] as number);
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

/** The index within an axis of `length` samples, beyond which its first and last go on. */
const clamp = (index: number, length: number): number => Math.min(Math.max(index, 0), length - 1);

/** Half up, then clamped. */
function toByte(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
}
