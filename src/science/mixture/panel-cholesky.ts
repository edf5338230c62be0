/**
 * Cholesky factor and triangular inverse by blocks: the small diagonal blocks here, everything else as matrix products.
 * (Golub and Van Loan, Matrix Computations, 4.2.9: right-looking, a block column at a time.)
 */
import type { MatrixProducts } from './matrix-products.ts';
import { blocksOf, type Block } from './panels.ts';
import { factorCholesky, invertTriangle, type FailedPivot } from './triangle.ts';

/**
 * The row panels of W = L⁻¹ for A = L Lᵀ, from the column panels of A (D, D), which are overwritten.
 * The pivot at which it ended when a squared one does not exceed `least` (D).
 */
export async function inverseCholesky(
  columns: readonly Float64Array[],
  size: number,
  least: Float64Array,
  products: MatrixProducts,
): Promise<Float64Array[] | FailedPivot> {
  const blocks = blocksOf(size);
  const diagonals: Float64Array[] = [];
  for (const [b, block] of blocks.entries()) {
    const panel = columns[b] as Float64Array;
    const width = block.end - block.first;
    const diagonal = panel.slice(0, width * width);
    const failed = factorCholesky(diagonal, width, least.subarray(block.first, block.end));
    if (failed !== undefined) return { row: block.first + failed.row, value: failed.value };
    const inverse = invertTriangle(diagonal, width);
    diagonals.push(inverse);
    if (block.end === size) break;
    // L below the diagonal block is A's panel times the inverse of the block, transposed.
    const below = await products.timesTransposed(panel.subarray(width * width), inverse, width);
    panel.set(below, width * width);
    await subtractFromLater(columns, blocks, b, panel.subarray(width * width), products);
  }
  return invertPanels(columns, diagonals, blocks, products);
}

/** A's later panels lose L Lᵀ of the block column just found: `below` (rows after the block, width). */
async function subtractFromLater(
  columns: readonly Float64Array[],
  blocks: readonly Block[],
  done: number,
  below: Float64Array,
  products: MatrixProducts,
): Promise<void> {
  const { first, end } = blocks[done] as Block;
  const width = end - first;
  for (let b = done + 1; b < blocks.length; b++) {
    const block = blocks[b] as Block;
    const rows = below.subarray((block.first - end) * width);
    const own = rows.subarray(0, (block.end - block.first) * width);
    const update = await products.timesTransposed(rows, own, width);
    const panel = columns[b] as Float64Array;
    for (let i = 0; i < panel.length; i++) panel[i] = (panel[i] as number) - (update[i] as number);
  }
}

/** Row panel r of the inverse: -L_rr⁻¹ (sum over earlier i of L_ri W_i), then L_rr⁻¹ itself. */
async function invertPanels(
  columns: readonly Float64Array[],
  diagonals: readonly Float64Array[],
  blocks: readonly Block[],
  products: MatrixProducts,
): Promise<Float64Array[]> {
  const panels: Float64Array[] = [];
  for (const [r, { first, end }] of blocks.entries()) {
    const height = end - first;
    const sums = new Float64Array(height * first);
    for (let i = 0; i < r; i++) {
      const earlier = blocks[i] as Block;
      const width = earlier.end - earlier.first;
      const from = (first - earlier.first) * width;
      const lower = (columns[i] as Float64Array).subarray(from, from + height * width);
      const part = await products.times(lower, panels[i] as Float64Array, width);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < earlier.end; column++)
          sums[row * first + column] =
            (sums[row * first + column] as number) + (part[row * earlier.end + column] as number);
    }
    const panel = new Float64Array(height * end);
    const diagonal = diagonals[r] as Float64Array;
    const left = first === 0 ? undefined : await products.times(diagonal, sums, height);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < first; column++)
        panel[row * end + column] = -(left?.[row * first + column] as number);
      panel.set(diagonal.subarray(row * height, (row + 1) * height), row * end + first);
    }
    panels.push(panel);
  }
  return panels;
}
