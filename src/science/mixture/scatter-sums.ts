/**
 * What the maximisation needs of the rows of one component, collected in one reading: the responsibilities' sum, the first
 * moments and the scatter, all about a centre near the new mean (the last one), so that moving them there loses nothing.
 */
import { negligible } from './covariance.ts';
import type { MatrixProducts } from './matrix-products.ts';
import { blocksOf, emptyColumnPanels } from './panels.ts';
import type { RowGroup } from './row-groups.ts';

/** Single rows from other components' groups that are multiplied together. */
const poolRows = 256;

export interface ScatterSums {
  /**
   * Adds the rows of a group with these responsibilities (n). Overwrites the group's columns: for rows that more than one
   * component takes, `addRow` comes first.
   */
  addGroup(group: RowGroup, responsibilities: Float64Array): Promise<void>;
  /** Adds one row of a group. */
  addRow(group: RowGroup, column: number, responsibility: number): Promise<void>;
  /** To be called when all rows are in. */
  total(): Promise<{
    /** Sum of r. */
    readonly count: number;
    /** Sum of r (x - centre), (D). */
    readonly moments: Float64Array;
    /** Column panels of the sum of r (x - centre)(x - centre)ᵀ. */
    readonly scatter: readonly Float64Array[];
  }>;
}

/** `centre` (D), from the origin of the groups. */
export function scatterSums(centre: Float64Array, products: MatrixProducts): ScatterSums {
  const width = centre.length;
  const blocks = blocksOf(width);
  const moments = new Float64Array(width);
  const scatter = emptyColumnPanels(width);
  let count = 0;
  let pool: Float64Array | undefined;
  let pooled = 0;

  /** scatter += T Tᵀ for T (D, n). */
  async function addProduct(columns: Float64Array): Promise<void> {
    const length = columns.length / width;
    for (const [b, { first, end }] of blocks.entries()) {
      const below = columns.subarray(first * length);
      const product = await products.timesTransposed(
        below,
        below.subarray(0, (end - first) * length),
        length,
      );
      const panel = scatter[b] as Float64Array;
      for (let i = 0; i < panel.length; i++) panel[i] = (panel[i] as number) + (product[i] as number);
    }
  }

  async function emptyPool(): Promise<void> {
    if (pool === undefined || pooled === 0) return;
    await addProduct(pool);
    pool.fill(0);
    pooled = 0;
  }

  return {
    async addGroup({ wide }, responsibilities) {
      const roots = responsibilities.map((r) => (r < negligible ? 0 : Math.sqrt(r)));
      if (roots.every((root) => root === 0)) return;
      for (const root of roots) count += root * root;
      const length = roots.length;
      for (let d = 0; d < width; d++) {
        const middle = centre[d] as number;
        let sum = 0;
        for (let i = 0; i < length; i++) {
          const root = roots[i] as number;
          const value = root * ((wide[d * length + i] as number) - middle);
          wide[d * length + i] = value;
          sum += root * value;
        }
        moments[d] = (moments[d] as number) + sum;
      }
      await addProduct(wide);
    },

    async addRow({ wide, rows }, column, responsibility) {
      if (responsibility < negligible) return;
      pool ??= new Float64Array(width * poolRows);
      const root = Math.sqrt(responsibility);
      count += responsibility;
      for (let d = 0; d < width; d++) {
        const value = root * ((wide[d * rows.length + column] as number) - (centre[d] as number));
        pool[d * poolRows + pooled] = value;
        moments[d] = (moments[d] as number) + root * value;
      }
      pooled++;
      if (pooled === poolRows) await emptyPool();
    },

    async total() {
      await emptyPool();
      return { count, moments, scatter };
    },
  };
}
