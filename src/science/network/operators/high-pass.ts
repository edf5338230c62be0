/**
 * The image and, beside it, what a 3x3 binomial blur takes away from it: channels C become 2 C, the second half
 * gain (x - blur(x)). Noise and sharpness are visible in them from the first step. Fixed: nothing is learnt.
 * The border is mirrored, so that it gives no edge of its own.
 */
import { imageShape, onlyInput, shapeError, type Operator } from './operator.ts';

export interface HighPass {
  readonly kind: 'high-pass';
  readonly gain: number;
}

const binomial = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16);
const centre = 4;

export const highPass: Operator<HighPass> = {
  shape(_, inputs) {
    const [channels, height, width] = imageShape(onlyInput(inputs), 'a high-pass');
    if (height < 2 || width < 2)
      throw shapeError(`a high-pass needs 2 px a side, found ${height} x ${width}`);
    return [2 * channels, height, width];
  },

  parameters: () => ({}),

  forward({ graph, layer: { gain }, inputs, inputShapes }) {
    const [channels] = imageShape(onlyInput(inputShapes), 'a high-pass');
    const padded = graph.node('Pad', [onlyInput(inputs), graph.integers(0, 0, 1, 1, 0, 0, 1, 1)], {
      attributes: { mode: 'reflect' },
    });
    const kernels = graph.constant(highPassKernels(channels, gain), [2 * channels, channels, 3, 3]);
    return {
      output: graph.node('Conv', [padded, kernels], { attributes: { kernel_shape: [3, 3] } }),
      readsInputs: false,
      backward({ wantsInputs }) {
        if (wantsInputs) throw shapeError('a high-pass stands before the first layer that learns');
        return { inputs: [], weights: {} };
      },
    };
  },
};

/** (2 C, C, 3, 3): the identity, then gain (identity - blur), each channel from itself. */
function highPassKernels(channels: number, gain: number): Float32Array {
  const kernels = new Float32Array(2 * channels * channels * 9);
  const at = (output: number, input: number): number => (output * channels + input) * 9;
  for (let channel = 0; channel < channels; channel++) {
    kernels[at(channel, channel) + centre] = 1;
    for (const [tap, weight] of binomial.entries())
      kernels[at(channels + channel, channel) + tap] = gain * ((tap === centre ? 1 : 0) - weight);
  }
  return kernels;
}
