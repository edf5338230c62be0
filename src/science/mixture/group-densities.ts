/**
 * The densities of a group of rows under every component: exact in float64 for the component they were last given to and for
 * all that float32 cannot rule out, -Infinity for the others.
 */
import type { MatrixProducts } from './matrix-products.ts';
import type { PanelledComponent } from './panelled-component.ts';
import { densityAtLeast, isPruned, narrowError, pruningLimit } from './pruning.ts';
import { gatherColumns, type RowGroup } from './row-groups.ts';

export interface GroupDensities {
  /** ln(π_k N(x_i; μ_k, Σ_k)) for each row of the group: K arrays of (n). */
  of(group: RowGroup): Promise<readonly Float64Array[]>;
}

/** How many rows of a group go through float64 at once when a component could not be ruled out for them. */
const exactAtOnce = 1024;
/** A component is no longer tried in float32 after so many rows, when it was ruled out for fewer than a fifth of them. */
const trials = 4096;

/** `margin`: how far below a row's greatest density another may lie and still count. */
export function groupDensities(
  components: readonly PanelledComponent[],
  margin: number,
  products: MatrixProducts,
): GroupDensities {
  const width = components[0]?.centre.length ?? 0;
  const tried = components.map(() => ({ rows: 0, ruledOut: 0 }));
  let narrowRoom = new Float32Array();
  const wideRoom = new Float64Array(exactAtOnce * width);

  return {
    async of(group) {
      const count = group.rows.length;
      const densities = components.map(() => new Float64Array(count).fill(-Infinity));
      const own = components[group.component];
      if (own === undefined) await addUnknown(group, densities);
      else await addKnown(own, group, densities);
      return densities;
    },
  };

  async function exactDensities(component: PanelledComponent, columns: Float64Array): Promise<Float64Array> {
    const count = columns.length / width;
    const squares = new Float64Array(count);
    for (const { end, wide } of component.blocks)
      addTo(squares, await products.squaredNorms(wide.factor, columns.subarray(0, end * count), wide.offset));
    return squares.map((square) => component.constant - square / 2);
  }

  /** For rows whose component is known: its density is the floor. */
  async function addKnown(
    own: PanelledComponent,
    group: RowGroup,
    densities: readonly Float64Array[],
  ): Promise<void> {
    const floor = await exactDensities(own, group.wide);
    for (const [k, component] of components.entries())
      if (component === own) (densities[k] as Float64Array).set(floor);
      else await addOther(k, component, group, floor, densities[k] as Float64Array);
  }

  /** For rows of which nothing is known: the floor is a density that one of their components reaches for certain. */
  async function addUnknown(group: RowGroup, densities: readonly Float64Array[]): Promise<void> {
    const floor = new Float64Array(group.rows.length).fill(-Infinity);
    const squares: Float64Array[] = [];
    for (const component of components) {
      const own = await narrowSquares(component, group);
      squares.push(own);
      own.forEach((square, i) => {
        const least = densityAtLeast(component.constant, square, errorOf(component, group, i));
        if (least > (floor[i] as number)) floor[i] = least;
      });
    }
    for (const [k, component] of components.entries()) {
      const limits = limitsOf(component, group, floor);
      const left = Int32Array.from(limits.keys()).filter(
        (i) => !isPruned(squares[k]?.[i] as number, limits[i] as number),
      );
      await addExact(component, group, left, densities[k] as Float64Array);
    }
  }

  async function narrowSquares(component: PanelledComponent, group: RowGroup): Promise<Float64Array> {
    const count = group.rows.length;
    const squares = new Float64Array(count);
    for (const { end, narrow } of component.blocks) {
      const columns = group.narrow.subarray(0, end * count);
      addTo(squares, await products.squaredNorms(narrow.factor, columns, narrow.offset));
    }
    return squares;
  }

  function errorOf(component: PanelledComponent, group: RowGroup, i: number): number {
    return narrowError(component.norms, group.norms[i] as number, width);
  }

  function limitsOf(component: PanelledComponent, group: RowGroup, floor: Float64Array): Float64Array {
    return floor.map((value, i) =>
      pruningLimit(component.constant, value, margin, errorOf(component, group, i)),
    );
  }

  async function addOther(
    k: number,
    component: PanelledComponent,
    group: RowGroup,
    floor: Float64Array,
    densities: Float64Array,
  ): Promise<void> {
    const count = group.rows.length;
    const record = tried[k] as { rows: number; ruledOut: number };
    const hopeless = record.rows >= trials && record.ruledOut < record.rows / 5;
    const left = hopeless ? Int32Array.from(floor.keys()) : await notRuledOut(component, group, floor);
    if (!hopeless) {
      record.rows += count;
      record.ruledOut += count - left.length;
    }
    await addExact(component, group, left, densities);
  }

  /** Of the chosen rows of the group. */
  async function addExact(
    component: PanelledComponent,
    group: RowGroup,
    left: Int32Array,
    densities: Float64Array,
  ): Promise<void> {
    const count = group.rows.length;
    for (let from = 0; from < left.length; from += exactAtOnce) {
      const chosen = left.subarray(from, from + exactAtOnce);
      const exact = await exactDensities(component, gatherColumns(group.wide, count, chosen, wideRoom));
      chosen.forEach((column, i) => (densities[column] = exact[i] as number));
    }
  }

  /** The columns of the group for which float32 does not prove that the component is negligible. */
  async function notRuledOut(
    component: PanelledComponent,
    group: RowGroup,
    floor: Float64Array,
  ): Promise<Int32Array> {
    const limits = limitsOf(component, group, floor);
    const squares = new Float64Array(limits.length);
    const isLeft = (column: number): boolean =>
      !isPruned(squares[column] as number, limits[column] as number);
    let left = Int32Array.from(limits.keys()).filter(isLeft);
    let columns = group.narrow; // of `held`
    let held = Int32Array.from(limits.keys());
    for (const { end, narrow } of component.blocks) {
      if (left.length === 0) break;
      if (left.length < 0.7 * held.length) {
        if (narrowRoom.length < left.length * width) narrowRoom = new Float32Array(left.length * width);
        // Into the room itself: a column only ever moves towards the start of its row of the matrix.
        columns = gatherColumns(columns, held.length, positionsIn(held, left), narrowRoom);
        held = left;
      }
      const more = await products.squaredNorms(
        narrow.factor,
        columns.subarray(0, end * held.length),
        narrow.offset,
      );
      for (let i = 0; i < held.length; i++) {
        const column = held[i] as number;
        squares[column] = (squares[column] as number) + (more[i] as number);
      }
      left = left.filter(isLeft);
    }
    return left;
  }
}

/** Where the members of `subset` stand in `set`; both ascending. */
function positionsIn(set: Int32Array, subset: Int32Array): Int32Array {
  let position = 0;
  return subset.map((member) => {
    while (set[position] !== member) position++;
    return position;
  });
}

function addTo(sums: Float64Array, more: Float64Array | Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (more[i] as number);
}
