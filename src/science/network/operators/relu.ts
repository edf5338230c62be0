/** max(x, 0). */
import type { Value } from '../../onnx/graph.ts';
import { onlyInput, type Operator } from './operator.ts';

export interface Relu {
  readonly kind: 'relu';
}

export const relu: Operator<Relu> = {
  shape: (_, inputs) => onlyInput(inputs),
  parameters: () => ({}),
  forward({ graph, inputs }) {
    const rectified = (inputs: readonly Value[]): Value => graph.node('Relu', [onlyInput(inputs)]);
    return {
      output: rectified(inputs),
      again: rectified,
      readsInputs: false,
      backward({ gradient, output }) {
        // 1 where the output is positive, else 0: a HardSigmoid this steep is a step, and faster than Sign.
        const step = graph.node('HardSigmoid', [output()], {
          attributes: { alpha: { float: 1e30 }, beta: { float: 0 } },
        });
        return { inputs: [graph.node('Mul', [gradient, step])], weights: {} };
      },
    };
  },
};
