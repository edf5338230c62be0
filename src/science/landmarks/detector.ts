/**
 * Finds faces and their 68 points (the layout of iBUG 300-W) with the networks of `@vladmandic/face-api`, run by
 * onnxruntime. The same picture gives the same bits whatever the number of threads.
 */
import type { Box } from '../image/framing.ts';
import type { Image } from '../image/image.ts';
import { boxInputSide, buildBoxNetwork } from './box-network.ts';
import { decodeBoxes, type ScoredBox } from './boxes.ts';
import type { Backend } from '../onnx/backend.ts';
import { GraphBuilder } from '../onnx/graph.ts';
import { floatTensor, openSession, type SessionOptions } from '../onnx/session.ts';
import { type InputOptions, networkInput, type PixelBox } from './input.ts';
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

interface DetectorOptions {
  readonly cpus?: number;
  readonly backend?: Backend | undefined;
}

export interface FaceDetector {
  /** The boxes of the faces of at least `minimumConfidence`, the best first. Calls may overlap. */
  boxes(image: Image, minimumConfidence: number): Promise<readonly ScoredBox[]>;
  /** Faces of at least `minimumConfidence` (default 0.5), the best first. Calls may overlap. */
  detect(image: Image, minimumConfidence?: number): Promise<readonly DetectedFace[]>;
  /** The 68 points of the face in `box`. */
  landmarksIn(image: Image, box: Box): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * The picture is looked at as it is; where no face is found, again amid grey, as a third and as a seventh of the view.
 * A face that fills its picture is larger than those the network was trained on.
 */
const views: readonly View[] = [
  { border: 0, fill: 0 },
  { border: 1, fill: 127.5 },
  { border: 3, fill: 127.5 },
];
type View = Required<Pick<InputOptions, 'border' | 'fill'>>;

const boxInput = {
  side: boxInputSide,
  place: 'corner',
  mean: [127.5, 127.5, 127.5],
  divisor: 127.5,
} as const;

/** Reads the weights and makes both networks (0.3 s). `cpus` threads work on each picture. Throws BACKEND_ABSENT. */
export async function openDetector({ cpus = 1, backend }: DetectorOptions = {}): Promise<FaceDetector> {
  const [boxWeights, pointWeights] = await Promise.all([
    readWeights('ssd_mobilenetv1'),
    readWeights('face_landmark_68'),
  ]);
  const anchors = boxWeights.get('Output/extra_dim').data;
  const boxNetwork = await openNetwork(buildBoxNetwork, boxWeights, boxInputSide, { cpus, backend });
  const pointNetwork = await openNetwork(buildPointNetwork, pointWeights, pointInputSide, { cpus, backend });

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

  async function boxesIn(image: Image, view: View, minimumConfidence: number): Promise<readonly ScoredBox[]> {
    const whole = { x: 0, y: 0, width: image.width, height: image.height };
    const { data, square, left, top } = networkInput(image, whole, { ...boxInput, ...view });
    const output = await boxNetwork.run(data);
    const span = view.border > 0 ? { width: square, height: square } : spanOf(image, square);
    return decodeBoxes(anchors, output('offsets'), output('logits'), span, minimumConfidence)
      .map(({ box, confidence }) => ({
        box: within({ ...box, x: box.x + left, y: box.y + top }, image),
        confidence,
      }))
      .filter(({ box }) => box.width >= 1 && box.height >= 1);
  }

  async function boxes(image: Image, minimumConfidence: number): Promise<readonly ScoredBox[]> {
    for (const view of views) {
      const found = await boxesIn(image, view, minimumConfidence);
      if (found.length > 0) return found;
    }
    return [];
  }

  return {
    boxes,
    async detect(image, minimumConfidence = 0.5) {
      const faces: DetectedFace[] = [];
      for (const { box, confidence } of await boxes(image, minimumConfidence))
        faces.push({ box, confidence, landmarks: await landmarksIn(image, box) });
      return faces;
    },
    landmarksIn,
    async close() {
      await boxNetwork.close();
      await pointNetwork.close();
    },
  };
}

/** What the square's side means along each axis, px: the original rounds the resampled lengths to whole pixels. */
function spanOf({ width, height }: Image, square: number): { width: number; height: number } {
  const along = (length: number): number =>
    (length * boxInputSide) / Math.round((length * boxInputSide) / square);
  return { width: along(width), height: along(height) };
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
  options: SessionOptions,
): Promise<Network> {
  const graph = new GraphBuilder();
  build(graph, weights);
  const session = await openSession(graph.model('face'), options);
  return {
    async run(image) {
      const outputs = await session.run({ image: floatTensor(image, [1, 3, side, side]) });
      return (name) => outputs[name]?.data as Float32Array;
    },
    close: () => session.close(),
  };
}
