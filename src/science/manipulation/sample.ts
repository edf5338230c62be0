/** Bilinear interpolation between pixels; beyond the border the nearest pixel counts. */
import type { Image } from '../image/image.ts';

/** Writes red, green and blue at (x, y), px with pixel centres at integers, into `into`, unrounded. */
export function sampleBilinear(
  { width, height, data }: Image,
  x: number,
  y: number,
  into: Float64Array,
): void {
  const column = Math.min(Math.max(x, 0), width - 1);
  const row = Math.min(Math.max(y, 0), height - 1);
  const left = Math.floor(column);
  const top = Math.floor(row);
  const across = column - left;
  const down = row - top;
  const first = 3 * (top * width + left);
  const right = left + 1 < width ? 3 : 0;
  const below = top + 1 < height ? 3 * width : 0;
  for (let channel = 0; channel < 3; channel++) {
    const at = first + channel;
    const upper = (1 - across) * (data[at] as number) + across * (data[at + right] as number);
    const lower = (1 - across) * (data[at + below] as number) + across * (data[at + below + right] as number);
    into[channel] = (1 - down) * upper + down * lower;
  }
}
