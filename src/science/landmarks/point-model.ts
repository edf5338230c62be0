/**
 * The 68 points by any ONNX model, such as the face alignment network (Bulat and Tzimiropoulos, ICCV 2017) that the paper takes. What
 * is asked of the model stands in docs/data.md.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FailureError } from '../../failure.ts';
import { cropBox } from '../image/crop.ts';
import type { Box } from '../image/framing.ts';
import type { Image } from '../image/image.ts';
import { noJitter } from '../image/jitter.ts';
import {
  floatTensor,
  openSession,
  type Session,
  type SessionOptions,
  type TensorType,
} from '../onnx/session.ts';
import { type PointTensor, sharesOf } from './point-tensor.ts';

export interface PointModel {
  /** `NAME.onnx sha256:...`: names the model in results, wherever it lies. */
  readonly source: string;
  /** 68 points x, y of the faces in the boxes, px of the picture, pixel centres at integers. All boxes in one call of the model. */
  pointsIn(image: Image, boxes: readonly Box[]): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/** Fails with LANDMARK_MODEL_UNREADABLE, MODEL_EXTERNAL_DATA and LANDMARK_MODEL_INPUT; `pointsIn` fails with LANDMARK_MODEL_OUTPUT. */
export async function openPointModel(file: string, options: SessionOptions): Promise<PointModel> {
  const name = basename(file);
  const bytes = await readFile(file).catch((error: Error) => {
    throw unreadable(name, error.message);
  });
  const session = await openSession(bytes, { ...options, place: name }).catch((error: Error) => {
    throw error instanceof FailureError ? error : unreadable(name, error.message);
  });
  const input = inputOf(session, name);
  return {
    source: `${name} sha256:${hash('sha256', bytes).slice(0, 16)}`,
    async pointsIn(image, boxes) {
      if (boxes.length === 0) return [];
      const squares = boxes.map(squareOf);
      const pixels = planes(squares.map((square) => cropBox(image, square, input.side, noJitter)));
      const tensor = floatTensor(pixels, [boxes.length, 3, input.side, input.side]);
      const outputs = await session.run({ [input.name]: tensor }).catch((error: Error) => {
        throw outputFailure(name, `fails: ${error.message.split('\n')[0]}`);
      });
      const last = session.outputs.at(-1) as TensorType;
      const shares = sharesOf(outputs[last.name] as unknown as PointTensor, boxes.length);
      if (!shares.ok) throw outputFailure(name, `gives ${last.name} ${shares.found}`);
      return squares.map(({ x, y, width }, face) =>
        shares.value
          .subarray(136 * face, 136 * (face + 1))
          .map((share, i) => (i % 2 === 0 ? x : y) + share * width - 0.5),
      );
    },
    close: () => session.close(),
  };
}

/** Where the model leaves the side of its input open: that of the face alignment network. */
const defaultSide = 256; // px

function inputOf(session: Session, place: string): { readonly name: string; readonly side: number } {
  const [input, ...others] = session.inputs;
  const [, channels, height, width] = input?.shape ?? [];
  const isSquare = height === width || typeof height === 'string' || typeof width === 'string';
  if (
    input === undefined ||
    others.length > 0 ||
    input.type !== 'float32' ||
    input.shape.length !== 4 ||
    channels !== 3 ||
    !isSquare
  )
    throw new FailureError({
      code: 'LANDMARK_MODEL_INPUT',
      message: `takes ${session.inputs.map(({ name, type, shape }) => `${name} ${type} (${shape.join(', ')})`).join(' and ') || 'nothing'}; expected one float32 (N, 3, side, side)`,
      place,
      remedy: 'docs/data.md says what is asked of a model of landmarks',
    });
  const side = [height, width].find((axis) => typeof axis === 'number');
  return { name: input.name, side: side ?? defaultSide };
}

/**
 * The square that the face alignment network was trained on: about the point 12 % of the box's height above its centre, 200/195 of
 * its width and height together.
 */
function squareOf({ x, y, width, height }: Box): Box {
  const side = ((width + height) * 200) / 195;
  return {
    x: x + width / 2 - side / 2,
    y: y + height / 2 - 0.12 * height - side / 2,
    width: side,
    height: side,
  };
}

/** (N, 3, side, side) in [0, 1] of pictures (side, side, 3). */
function planes(pictures: readonly Uint8Array[]): Float32Array {
  const length = pictures[0]?.length ?? 0;
  const data = new Float32Array(pictures.length * length);
  pictures.forEach((picture, n) => {
    const area = length / 3;
    for (let i = 0; i < area; i++)
      for (let channel = 0; channel < 3; channel++)
        data[n * length + channel * area + i] = (picture[3 * i + channel] as number) / 255;
  });
  return data;
}

const unreadable = (place: string, reason: string): FailureError =>
  new FailureError({
    code: 'LANDMARK_MODEL_UNREADABLE',
    message: `cannot be opened as an ONNX model: ${reason.split('\n')[0]}`,
    place,
    remedy: 'name an ONNX file in data.landmarkModel; null takes the built-in model',
  });

const outputFailure = (place: string, found: string): FailureError =>
  new FailureError({
    code: 'LANDMARK_MODEL_OUTPUT',
    message: `${found}; expected heat maps (N, 68, rows, columns) or points (N, 68, 2) or (N, 136), finite`,
    place,
    remedy: 'docs/data.md says what is asked of a model of landmarks',
  });
