/**
 * The means of the cells of a grid over the image, as one vector in the order (channel, row, column): PyTorch's
 * `AdaptiveAvgPool2d(grid)` and `Flatten`, for sizes the grid divides. With a grid of 1 it is global average pooling.
 */
import { imageShape, onlyInput, shapeError, type Operator } from './operator.ts';

export interface GridMean {
  readonly kind: 'grid-mean';
  /** Cells along each side. */
  readonly grid: number;
}

export const gridMean: Operator<GridMean> = {
  shape({ grid }, inputs) {
    const [channels, height, width] = imageShape(onlyInput(inputs), 'a grid of means');
    if (height % grid !== 0 || width % grid !== 0)
      throw shapeError(`a grid of ${grid} x ${grid} does not divide ${height} x ${width} px`);
    return [channels * grid * grid];
  },

  parameters: () => ({}),

  forward({ graph, layer: { grid }, inputs, inputShapes, outputShape }) {
    const [channels, height, width] = imageShape(onlyInput(inputShapes), 'a grid of means');
    const cell = [height / grid, width / grid] as const;
    const means = graph.node('AveragePool', [onlyInput(inputs)], {
      attributes: { kernel_shape: cell, strides: cell },
    });
    return {
      output: graph.reshape(means, 0, ...outputShape),
      readsInputs: false,
      backward({ gradient }) {
        const share = graph.node('Mul', [gradient, graph.float(1 / (cell[0] * cell[1]))]);
        const cells = graph.reshape(share, -1, channels * grid, 1, grid, 1);
        const spread = graph.node('Expand', [
          cells,
          graph.integers(1, channels * grid, cell[0], grid, cell[1]),
        ]);
        return { inputs: [graph.reshape(spread, -1, channels, height, width)], weights: {} };
      },
    };
  },
};
