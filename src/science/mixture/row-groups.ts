/**
 * Rows in memory at a time, grouped by the component they were last given to: each group is one matrix whose columns are
 * rows, so that a component's own rows are multiplied at once and nothing else is.
 */
import type { FeatureRows } from './rows.ts';

export interface RowGroup {
  /** The component its rows were given to; -1 when that is not known. */
  readonly component: number;
  /** Which rows, ascending (n). */
  readonly rows: Int32Array;
  /** Rows less the origin, as columns: (D, n). */
  readonly wide: Float64Array;
  readonly narrow: Float32Array;
  /** Their norms (n). */
  readonly norms: Float64Array;
}

/** Bytes that a row of `width` columns takes here, with what the densities add to it. */
const rowBytes = (width: number): number => width * (8 + 4 + 4);

/** How many rows fit into `bytes` of working memory, at least 256. */
export const rowsWithin = (bytes: number, width: number): number =>
  Math.max(256, Math.floor(bytes / rowBytes(width)));

/** Rows read together from the source: about a megabyte. */
const readAtOnce = (width: number): number => Math.max(16, Math.floor(131072 / width));

/** Reads rows in the given number at a time; the arrays of a group are used again by the next. `labels` (N). */
export async function* rowGroups(
  rows: FeatureRows,
  labels: Int32Array,
  origin: Float64Array,
  atOnce: number,
): AsyncGenerator<readonly RowGroup[]> {
  const { width } = rows;
  const most = Math.min(rows.count, atOnce);
  const wide = new Float64Array(most * width);
  const narrow = new Float32Array(most * width);
  const norms = new Float64Array(most);
  for (let first = 0; first < rows.count; first += most) {
    const groups = emptyGroups(labels, first, Math.min(most, rows.count - first), width, {
      wide,
      narrow,
      norms,
    });
    await fill(rows, labels, origin, first, groups);
    yield [...groups.values()];
  }
}

interface Room {
  readonly wide: Float64Array;
  readonly narrow: Float32Array;
  readonly norms: Float64Array;
}

/** One group for each label among the rows, in ascending order, with its rows and room for them. */
function emptyGroups(
  labels: Int32Array,
  first: number,
  count: number,
  width: number,
  room: Room,
): Map<number, RowGroup> {
  const members = new Map<number, number[]>();
  for (let row = first; row < first + count; row++) {
    const label = labels[row] as number;
    const known = members.get(label);
    if (known === undefined) members.set(label, [row]);
    else known.push(row);
  }
  const groups = new Map<number, RowGroup>();
  let start = 0;
  for (const component of [...members.keys()].toSorted((a, b) => a - b)) {
    const list = Int32Array.from(members.get(component) as number[]);
    const end = start + list.length;
    groups.set(component, {
      component,
      rows: list,
      wide: room.wide.subarray(start * width, end * width),
      narrow: room.narrow.subarray(start * width, end * width),
      norms: room.norms.subarray(start, end),
    });
    start = end;
  }
  return groups;
}

async function fill(
  rows: FeatureRows,
  labels: Int32Array,
  origin: Float64Array,
  first: number,
  groups: ReadonlyMap<number, RowGroup>,
): Promise<void> {
  const { width } = rows;
  const filled = new Map([...groups.keys()].map((component) => [component, 0]));
  const end = first + [...groups.values()].reduce((sum, group) => sum + group.rows.length, 0);
  const atOnce = readAtOnce(width);
  for (let from = first; from < end; from += atOnce) {
    const count = Math.min(atOnce, end - from);
    const block = await rows.read(from, count);
    for (const [component, group] of groups) {
      const start = filled.get(component) as number;
      const members: number[] = [];
      for (let i = 0; i < count; i++) if (labels[from + i] === component) members.push(i * width);
      transpose(block, members, origin, group, start);
      filled.set(component, start + members.length);
    }
  }
  for (const { wide, narrow, norms } of groups.values()) {
    narrow.set(wide);
    norms.forEach((squares, i) => (norms[i] = Math.sqrt(squares)));
  }
}

/** Writes the rows that begin at `starts` in `block` as columns `first`... of the group, and their squared norms. */
function transpose(
  block: Float64Array,
  starts: readonly number[],
  origin: Float64Array,
  { wide, norms, rows }: RowGroup,
  first: number,
): void {
  const stride = rows.length;
  norms.fill(0, first, first + starts.length);
  for (let d = 0; d < origin.length; d++) {
    const shift = origin[d] as number;
    const to = d * stride + first;
    for (let i = 0; i < starts.length; i++) {
      const value = (block[(starts[i] as number) + d] as number) - shift;
      wide[to + i] = value;
      norms[first + i] = (norms[first + i] as number) + value * value;
    }
  }
}

/** The columns of (D, n) listed in `chosen`, as (D, m). */
export function gatherColumns<Kind extends Float32Array | Float64Array>(
  matrix: Kind,
  count: number,
  chosen: Int32Array,
  out: Kind,
): Kind {
  const length = chosen.length;
  const width = matrix.length / count;
  for (let d = 0; d < width; d++)
    for (let i = 0; i < length; i++)
      out[d * length + i] = matrix[d * count + (chosen[i] as number)] as number;
  return out.subarray(0, width * length) as Kind;
}
