/**
 * Triangular matrices (D, D) in panels, each a contiguous array, so that matrix products touch the lower triangle alone.
 * The square is cut into blocks of rows and columns [first, end).
 */

/** Rows of a block: small enough to waste little above the diagonal, large enough for the speed of the product. */
const blockSize = 96;

export interface Block {
  readonly first: number;
  readonly end: number;
}

export function blocksOf(size: number): Block[] {
  const count = Math.ceil(size / blockSize);
  return Array.from({ length: count }, (_, b) => ({
    first: b * blockSize,
    end: Math.min(size, (b + 1) * blockSize),
  }));
}

/** Row panels of a lower triangle: panel b is rows [first, end) up to column `end`. */
export function rowPanels(lower: Float64Array, size: number): Float64Array[] {
  return blocksOf(size).map(({ first, end }) => {
    const panel = new Float64Array((end - first) * end);
    for (let row = first; row < end; row++)
      panel.set(lower.subarray(row * size, row * size + end), (row - first) * end);
    return panel;
  });
}

/** The lower triangle (D, D), zeros above, of its row panels. */
export function fromRowPanels(panels: readonly Float64Array[], size: number): Float64Array {
  const lower = new Float64Array(size * size);
  blocksOf(size).forEach(({ first, end }, b) => {
    const panel = panels[b] as Float64Array;
    for (let row = first; row < end; row++)
      lower.set(panel.subarray((row - first) * end, (row - first) * end + row + 1), row * size);
  });
  return lower;
}

/** Room for column panels of zeros: panel b is columns [first, end) from row `first` down. */
export function emptyColumnPanels(size: number): Float64Array[] {
  return blocksOf(size).map(({ first, end }) => new Float64Array((size - first) * (end - first)));
}
