/** The exact nearest neighbours of every row by Euclidean distance. */
import { checkFinite } from '../finite.ts';

export interface Neighbours {
  /** Neighbours of each row. */
  readonly each: number;
  /** (N, each): places of other rows, the nearest first; of equals the one that comes first. */
  readonly places: Int32Array;
  /** (N, each): squared distances. */
  readonly squares: Float64Array;
}

/**
 * `data` (N, width), with more than `each` rows. O(N^2 width) time, O(N each) memory. Throws FEATURES_NOT_FINITE for a row
 * that holds a NaN or an infinity.
 */
export function nearestNeighbours(
  data: Float32Array | Float64Array,
  width: number,
  each: number,
): Neighbours {
  checkFinite(data, { width });
  const count = data.length / width;
  const places = new Int32Array(count * each);
  const squares = new Float64Array(count * each);
  const distances = new Float64Array(count);
  const order = new Int32Array(count - 1);
  for (let row = 0; row < count; row++) {
    let filled = 0;
    for (let other = 0; other < count; other++) {
      if (other === row) continue;
      distances[other] = squaredDistance(data, width, row, other);
      order[filled++] = other;
    }
    order.sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
    for (let i = 0; i < each; i++) {
      places[row * each + i] = order[i] as number;
      squares[row * each + i] = distances[order[i] as number] as number;
    }
  }
  return { each, places, squares };
}

function squaredDistance(
  data: Float32Array | Float64Array,
  width: number,
  one: number,
  other: number,
): number {
  const first = one * width;
  const second = other * width;
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const difference = (data[first + i] as number) - (data[second + i] as number);
    sum += difference * difference;
  }
  return sum;
}
