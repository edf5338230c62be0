/** Small ONNX models that "find" 68 points. */
import { GraphBuilder, type Value } from '../../../src/science/onnx/graph.ts';

interface Shape {
  readonly channels?: number;
  readonly side?: number | string;
}

function model(
  { channels = 3, side = 32 }: Shape,
  build: (graph: GraphBuilder, image: Value) => void,
): Uint8Array {
  const graph = new GraphBuilder();
  build(graph, graph.input('image', ['N', channels, side, side]));
  return graph.model('points');
}

/**
 * 68 equal heat maps (N, 68, side, side): how red each place is, so that the peak is where the picture is reddest. Before it an
 * output of another shape, as stacked hourglasses have several.
 */
export const reddest = (shape: Shape = {}): Uint8Array =>
  model(shape, (graph, image) => {
    const kernel = Float32Array.from({ length: 68 * 3 }, (_, i) => [1, -0.5, -0.5][i % 3] as number);
    const maps = graph.node('Conv', [image, graph.initializer('kernel', [68, 3, 1, 1], kernel)]);
    graph.output('coarse', graph.node('GlobalAveragePool', [maps]), ['N', 68, 1, 1]);
    graph.output('maps', maps, ['N', 68, 'rows', 'columns']);
  });

/** The mean of red, green and blue, 45 1/3 times over: (N, 136), or of another length. */
export const means = (numbers = 136): Uint8Array =>
  model({}, (graph, image) => {
    const pooled = graph.reshape(graph.node('GlobalAveragePool', [image]), 0, 3);
    const weights = Float32Array.from({ length: 3 * numbers }, (_, i) =>
      (i % numbers) % 3 === Math.floor(i / numbers) ? 1 : 0,
    );
    const matrix = graph.initializer('matrix', [3, numbers], weights);
    graph.output('points', graph.node('MatMul', [pooled, matrix]), ['N', numbers]);
  });

/** Points that are no numbers: 0 divided by 0. */
export const nowhere = (): Uint8Array =>
  model({}, (graph, image) => {
    const pooled = graph.reshape(graph.node('GlobalAveragePool', [image]), 0, 3);
    const matrix = graph.initializer('matrix', [3, 136], new Float32Array(3 * 136));
    const zeros = graph.node('MatMul', [pooled, matrix]);
    graph.output('points', graph.node('Div', [zeros, zeros]), ['N', 136]);
  });

/** Takes pictures of four channels. */
export const fourChannels = (): Uint8Array =>
  model({ channels: 4 }, (graph, image) => graph.output('points', image, ['N', 4, 32, 32]));
