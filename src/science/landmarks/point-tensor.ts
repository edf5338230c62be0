/** What models of 68 points give out, as points. */

export interface PointTensor {
  readonly dims: readonly number[];
  readonly type: string;
  readonly data: unknown;
}

export type PointShares =
  | { readonly ok: true; readonly value: Float32Array }
  /** What stands there instead. */
  | { readonly ok: false; readonly found: string };

/**
 * 68 points x, y for each of `faces` as shares of the side of the model's input, 0 at its left and upper edge: heat maps
 * (N, 68, rows, columns) by their peaks; (N, 136) and (N, 68, 2) as they are.
 */
export function sharesOf(tensor: PointTensor, faces: number): PointShares {
  const { dims, type, data } = tensor;
  const shape = `${type} (${dims.join(', ')})`;
  if (!(data instanceof Float32Array)) return { ok: false, found: shape };
  const direct = dims.join() === `${faces},136` || dims.join() === `${faces},68,2`;
  const maps = dims.length === 4 && dims[0] === faces && dims[1] === 68 && data.length > 0;
  if (!direct && !maps) return { ok: false, found: shape };
  const value = direct ? data : peaks(data, dims[2] as number, dims[3] as number);
  return data.every(Number.isFinite)
    ? { ok: true, value }
    : { ok: false, found: `${shape} with numbers that are not finite` };
}

/**
 * The centre of each map's greatest value, moved by a quarter of a cell towards the greater of its two neighbours along either axis
 * (Newell, Yang and Deng, ECCV 2016, section 3.2).
 */
function peaks(maps: Float32Array, rows: number, columns: number): Float32Array {
  const area = rows * columns;
  const shares = new Float32Array((2 * maps.length) / area);
  for (let map = 0; map < maps.length / area; map++) {
    const values = maps.subarray(map * area, (map + 1) * area);
    let peak = 0;
    for (let i = 1; i < area; i++) if ((values[i] as number) > (values[peak] as number)) peak = i;
    const [row, column] = [Math.floor(peak / columns), peak % columns];
    const x = column + 0.5 + quarter(column, columns, (other) => values[row * columns + other] as number);
    const y = row + 0.5 + quarter(row, rows, (other) => values[other * columns + column] as number);
    shares.set([x / columns, y / rows], 2 * map);
  }
  return shares;
}

function quarter(at: number, length: number, value: (index: number) => number): number {
  if (at === 0 || at === length - 1) return 0;
  return 0.25 * Math.sign(value(at + 1) - value(at - 1));
}
