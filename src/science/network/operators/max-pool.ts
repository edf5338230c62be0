/** The largest of every window, places outside the image left out: PyTorch's `nn.MaxPool2d`. Of equals the first is taken. */
import { imageShape, onlyInput, shapeError, type Operator } from './operator.ts';

export interface MaxPool {
  readonly kind: 'max-pool';
  /** Side of the window, px. */
  readonly kernel: number;
  readonly stride: number;
  /** Places around the image that windows may reach into; at most half a window. */
  readonly padding: number;
}

export const maxPool: Operator<MaxPool> = {
  shape({ kernel, stride, padding }, inputs) {
    const [channels, height, width] = imageShape(onlyInput(inputs), 'max pooling');
    if (2 * padding > kernel) throw shapeError(`padding ${padding} is more than half of window ${kernel}`);
    const size = (length: number): number => Math.floor((length + 2 * padding - kernel) / stride) + 1;
    if (size(height) < 1 || size(width) < 1)
      throw shapeError(`a window of ${kernel} px does not fit into ${height} x ${width} px`);
    return [channels, size(height), size(width)];
  },

  parameters: () => ({}),

  forward({ graph, layer: { kernel, stride, padding }, inputs, inputShapes, mode }) {
    const image = onlyInput(inputs);
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: Array<number>(4).fill(padding),
    };
    const batch = mode.kind === 'training' ? mode.batch : 0;
    // The second output says where in the whole flattened input each maximum lies.
    const [output, places] = graph.nodes('MaxPool', [image], batch > 0 ? 2 : 1, { attributes }) as [
      string,
      string,
    ];
    return {
      output,
      readsInputs: false,
      backward({ gradient, wantsInputs }) {
        if (!wantsInputs) return { inputs: [], weights: {} };
        const [channels, height, width] = imageShape(onlyInput(inputShapes), 'max pooling');
        const zero = graph.after(graph.float(0), [1], gradient);
        const zeros = graph.node('Expand', [zero, graph.integers(batch * channels * height * width)]);
        const scattered = graph.node(
          'ScatterElements',
          [zeros, graph.reshape(places, -1), graph.reshape(gradient, -1)],
          { attributes: { axis: 0, reduction: 'add' } },
        );
        return { inputs: [graph.reshape(scattered, -1, channels, height, width)], weights: {} };
      },
    };
  },
};
