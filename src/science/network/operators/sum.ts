/** The sum of two layers of one shape: the end of a residual block. */
import { shapeError, type Operator } from './operator.ts';

export interface Sum {
  readonly kind: 'sum';
}

export const sum: Operator<Sum> = {
  shape(_, inputs) {
    const [first, second] = inputs;
    if (inputs.length !== 2 || first === undefined)
      throw shapeError(`a sum takes two inputs, found ${inputs.length}`);
    if (first.join() !== second?.join())
      throw shapeError(`a sum takes equal shapes, found [${first.join(', ')}] and [${second?.join(', ')}]`);
    return first;
  },
  parameters: () => ({}),
  forward: ({ graph, inputs }) => ({
    output: graph.node('Add', inputs),
    readsInputs: false,
    backward: ({ gradient }) => ({ inputs: [gradient, gradient], weights: {} }),
  }),
};
