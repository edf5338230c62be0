/** Traces of JPEG's 8 x 8 blocks. */
import type { Plane } from './planes.ts';

/**
 * ln of the mean step between neighbouring pixels across the block borders (columns or rows 7|8, 15|16, ...) over
 * the mean step elsewhere, both + 0.05 levels: above 0 where a grid that begins at the picture's corner shows.
 */
export function blockGrid({ side, data }: Plane, direction: 'columns' | 'rows'): number {
  const across = direction === 'columns' ? 1 : side;
  const along = direction === 'columns' ? side : 1;
  const sums = [0, 0]; // elsewhere, at a border
  const counts = [0, 0];
  for (let i = 0; i + 1 < side; i++) {
    const border = i % 8 === 7 ? 1 : 0;
    for (let j = 0; j < side; j++) {
      const at = i * across + j * along;
      sums[border] =
        (sums[border] as number) + Math.abs((data[at + across] as number) - (data[at] as number));
    }
    counts[border] = (counts[border] as number) + side;
  }
  const step = (border: number): number =>
    (sums[border] as number) / Math.max(1, counts[border] as number) + 0.05;
  return Math.log(step(1) / step(0));
}
