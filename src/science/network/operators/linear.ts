/** y = x W^T + b: PyTorch's `nn.Linear`, weight (out, in), both initialised uniformly within 1 / sqrt(in). */
import { onlyInput, shapeError, type Operator, type Shape } from './operator.ts';

export interface Linear {
  readonly kind: 'linear';
  /** Numbers in the output. */
  readonly features: number;
}

export const linear: Operator<Linear> = {
  shape({ features }, inputs) {
    vectorLength(inputs);
    return [features];
  },

  parameters({ features }, inputs) {
    const length = vectorLength(inputs);
    const uniform = 1 / Math.sqrt(length);
    return {
      weight: { shape: [features, length], role: 'weight', initial: { uniform } },
      bias: { shape: [features], role: 'weight', initial: { uniform } },
    };
  },

  forward({ graph, inputs, parameter }) {
    const weight = parameter('weight');
    return {
      output: graph.node('Gemm', [onlyInput(inputs), weight, parameter('bias')], {
        attributes: { transB: 1 },
      }),
      readsInputs: true,
      backward: ({ gradient, wantsInputs, inputs }) => ({
        inputs: wantsInputs ? [graph.node('Gemm', [gradient, weight])] : [],
        weights: {
          weight: graph.node('Gemm', [gradient, onlyInput(inputs())], { attributes: { transA: 1 } }),
          bias: graph.node('ReduceSum', [gradient, graph.integers(0)], { attributes: { keepdims: 0 } }),
        },
      }),
    };
  },
};

function vectorLength(inputs: readonly Shape[]): number {
  const shape = onlyInput(inputs);
  if (shape.length !== 1) throw shapeError(`a linear layer takes a vector [F], found [${shape.join(', ')}]`);
  return shape[0] as number;
}
