/**
 * Finds faces and their 68 points (the layout of iBUG 300-W) with the networks of `@vladmandic/face-api`, run by
 * onnxruntime. The same picture gives the same bits whatever the number of threads.
 */
import type { Image } from '../image/image.ts';
import { boxInputSide, buildBoxNetwork } from './box-network.ts';
import { type Box, decodeBoxes } from './boxes.ts';
import { GraphBuilder } from '../network/onnx/graph.ts';
import { floatTensor, openSession } from '../network/onnx/session.ts';
import { networkInput, type PixelBox } from './input.ts';
import { buildPointNetwork, pointInputMean, pointInputSide } from './point-network.ts';
import { readWeights, type Weights } from './weights.ts';

export interface DetectedFace {
  /** px; within the picture. */
  readonly box: Box;
  /** In [0, 1]. */
  readonly confidence: number;
  /** 68 points x, y in px, pixel centres at integers; they may lie outside the box and the picture. */
  readonly landmarks: Float32Array;
}

export interface FaceDetector {
  /** Faces of at least `minimumConfidence` (default 0.5), the best first. Calls may overlap. */
  detect(image: Image, minimumConfidence?: number): Promise<readonly DetectedFace[]>;
  /** The 68 points of the face in `box`. */
  landmarksIn(image: Image, box: Box): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Reads the weights and makes both networks (0.3 s). `cpus` threads work on each picture. */
export async function openDetector({ cpus = 1 }: { readonly cpus?: number } = {}): Promise<FaceDetector> {
  const [boxWeights, pointWeights] = await Promise.all([
    readWeights('ssd_mobilenetv1'),
    readWeights('face_landmark_68'),
  ]);
  const anchors = boxWeights.get('Output/extra_dim').data;
  const boxNetwork = await openNetwork(buildBoxNetwork, boxWeights, boxInputSide, cpus);
  const pointNetwork = await openNetwork(buildPointNetwork, pointWeights, pointInputSide, cpus);

  async function landmarksIn(image: Image, box: Box): Promise<Float32Array> {
    const { data, square, left, top } = networkInput(image, wholePixels(box, image), {
      side: pointInputSide,
      place: 'centre',
      mean: pointInputMean,
      divisor: 255,
    });
    const output = await pointNetwork.run(data);
    return output('points').map((share, i) => (i % 2 === 0 ? left : top) + share * square);
  }

  return {
    async detect(image, minimumConfidence = 0.5) {
      const whole = { x: 0, y: 0, width: image.width, height: image.height };
      const { data, square } = networkInput(image, whole, {
        side: boxInputSide,
        place: 'corner',
        mean: [127.5, 127.5, 127.5],
        divisor: 127.5,
      });
      const output = await boxNetwork.run(data);
      const faces: DetectedFace[] = [];
      const span = { width: spanOf(image.width, square), height: spanOf(image.height, square) };
      for (const { box, confidence } of decodeBoxes(
        anchors,
        output('offsets'),
        output('logits'),
        span,
        minimumConfidence,
      ))
        faces.push({ box: within(box, image), confidence, landmarks: await landmarksIn(image, box) });
      return faces;
    },
    landmarksIn,
    async close() {
      await boxNetwork.close();
      await pointNetwork.close();
    },
  };
}

/** What the square's side means along an axis of `length` px: the original rounds the resampled length to whole pixels. */
function spanOf(length: number, square: number): number {
  return (length * boxInputSide) / Math.round((length * boxInputSide) / square);
}

/** The part of a box that lies in the picture. */
function within({ x, y, width, height }: Box, image: Image): Box {
  const left = Math.max(x, 0);
  const top = Math.max(y, 0);
  return {
    x: left,
    y: top,
    width: Math.min(x + width, image.width) - left,
    height: Math.min(y + height, image.height) - top,
  };
}

/** The same in whole pixels, at least one. */
function wholePixels(box: Box, image: Image): PixelBox {
  const { x, y, width, height } = within(box, image);
  const left = Math.min(Math.floor(x), image.width - 1);
  const top = Math.min(Math.floor(y), image.height - 1);
  return { x: left, y: top, width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(height)) };
}

interface Network {
  run(image: Float32Array): Promise<(output: string) => Float32Array>;
  close(): Promise<void>;
}

async function openNetwork(
  build: (graph: GraphBuilder, weights: Weights) => void,
  weights: Weights,
  side: number,
  cpus: number,
): Promise<Network> {
  const graph = new GraphBuilder();
  build(graph, weights);
  const session = await openSession(graph.model('face'), { cpus });
  return {
    async run(image) {
      const outputs = await session.run({ image: floatTensor(image, [1, 3, side, side]) });
      return (name) => outputs[name]?.data as Float32Array;
    },
    close: () => session.close(),
  };
}
