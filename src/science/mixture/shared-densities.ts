/**
 * The densities of a group of rows under components that share one covariance: its factor multiplies the rows once for all
 * components, which differ in their offsets alone. Everything in float64.
 */
import type { GroupDensities } from './group-densities.ts';
import type { MatrixProducts } from './matrix-products.ts';
import type { PanelledComponent } from './panelled-component.ts';

/** All of the components have the factor of the first. */
export function sharedDensities(
  components: readonly PanelledComponent[],
  products: MatrixProducts,
): GroupDensities {
  const [{ blocks }] = components as readonly [PanelledComponent];
  return {
    async of({ rows, wide: columns }) {
      const squares = components.map(() => new Float64Array(rows.length));
      for (const [b, { end, wide }] of blocks.entries()) {
        const mapped = await products.times(wide.factor, columns.subarray(0, end * rows.length), end);
        components.forEach((component, k) =>
          addSquares(
            squares[k] as Float64Array,
            mapped,
            (component.blocks[b] as (typeof blocks)[0]).wide.offset,
          ),
        );
      }
      return squares.map((of, k) =>
        of.map((square) => (components[k] as PanelledComponent).constant - square / 2),
      );
    },
  };
}

/** squares += the squared norm of every column of Y + b: (n), for `mapped` Y (m, n) and `offset` b (m). */
function addSquares(squares: Float64Array, mapped: Float64Array, offset: Float64Array): void {
  const count = squares.length;
  offset.forEach((shift, row) => {
    const start = row * count;
    for (let i = 0; i < count; i++)
      squares[i] = (squares[i] as number) + ((mapped[start + i] as number) + shift) ** 2;
  });
}
