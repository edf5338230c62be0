/** Convolution kernels from the order TensorFlow stores them in to the order ONNX wants. */
import type { Weight } from './weights.ts';

/** (height, width, in, out) becomes (out, in, height, width). */
export function convolutionKernel({ shape, data }: Weight): Weight {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const reordered = new Float32Array(data.length);
  const area = height * width;
  for (let position = 0; position < area; position++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        reordered[(output * inputs + input) * area + position] = data[
          (position * inputs + input) * outputs + output
        ] as number;
  return { shape: [outputs, inputs, height, width], data: reordered };
}

/** (height, width, channels, 1) becomes (channels, 1, height, width). */
export function depthwiseKernel({ shape, data }: Weight): Weight {
  const [height, width, channels] = shape as [number, number, number, number];
  return convolutionKernel({ shape: [height, width, 1, channels], data });
}
