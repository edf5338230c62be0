/** How much rows belong together: a normal distribution around each, as wide as its neighbourhood is sparse. */
import type { Neighbours } from './neighbours.ts';

/** A symmetric sparse matrix (N, N) that sums to 1: row i has `columns` and `values` from `starts[i]` to `starts[i + 1]`. */
export interface Affinities {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** (p(j|i) + p(i|j)) / 2N, where p(.|i) has the perplexity asked for (van der Maaten and Hinton 2008, eq. 1). */
export function jointAffinities(neighbours: Neighbours, perplexity: number): Affinities {
  const { each, places } = neighbours;
  const count = places.length / each;
  const conditional = conditionalAffinities(neighbours, perplexity);
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  const add = (row: number, column: number, value: number): void => {
    const cells = rows[row] as Map<number, number>;
    cells.set(column, (cells.get(column) ?? 0) + value);
  };
  conditional.forEach((value, at) => {
    const row = Math.floor(at / each);
    const column = places[at] as number;
    add(row, column, value / (2 * count));
    add(column, row, value / (2 * count));
  });
  const starts = new Int32Array(count + 1);
  rows.forEach((cells, row) => (starts[row + 1] = (starts[row] as number) + cells.size));
  const columns = new Int32Array(starts[count] as number);
  const values = new Float64Array(columns.length);
  rows.forEach((cells, row) => {
    let at = starts[row] as number;
    for (const [column, value] of [...cells].toSorted(([a], [b]) => a - b)) {
      columns[at] = column;
      values[at++] = value;
    }
  });
  return { starts, columns, values };
}

/** (N, each): p(j|i) of the neighbours; the precision of each row is found by bisection. */
export function conditionalAffinities(
  { each, squares }: Pick<Neighbours, 'each' | 'squares'>,
  perplexity: number,
): Float64Array {
  const target = Math.log(perplexity);
  const affinities = new Float64Array(squares.length);
  for (let start = 0; start < squares.length; start += each) {
    const distances = squares.subarray(start, start + each);
    const row = affinities.subarray(start, start + each);
    let precision = 1;
    let low = 0;
    let high = Infinity;
    for (let attempt = 0; attempt < 100; attempt++) {
      const difference = fillRow(row, distances, precision) - target;
      if (Math.abs(difference) < 1e-6) break;
      if (difference > 0) low = precision;
      else high = precision;
      precision = high === Infinity ? precision * 2 : (low + high) / 2;
    }
  }
  return affinities;
}

/** Writes exp(-precision d) over its sum; returns the entropy in nats. Distances are taken from the nearest, against underflow. */
function fillRow(row: Float64Array, distances: Float64Array, precision: number): number {
  const nearest = distances[0] as number;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < row.length; i++) {
    const distance = (distances[i] as number) - nearest;
    const value = Math.exp(-precision * distance);
    row[i] = value;
    sum += value;
    weighted += value * distance;
  }
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / sum;
  return Math.log(sum) + (precision * weighted) / sum;
}
