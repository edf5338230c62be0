/**
 * From a photo's file to the five pictures of one face at the network's size. The manipulations work on the decoded
 * photo, at up to four times the network's resolution; then all five go through the same single resampling.
 */
import { failed, type Result, success } from '../../failure.ts';
import { cropBox } from '../image/crop.ts';
import { type Box, type Crop, frameOf } from '../image/framing.ts';
import { discard, type Image } from '../image/image.ts';
import { type JitterSpread, sampleJitter } from '../image/jitter.ts';
import { readImage } from '../image/read.ts';
import { reduceImage } from '../image/reduce.ts';
import { randomOf } from '../random.ts';
import type { PiecewiseAffineOptions } from './piecewise-affine.ts';
import { type FlipOptions, variantsOf } from './variants.ts';

export interface FaceVariantsOptions {
  /** Side of the results, px. */
  readonly size: number;
  readonly crop: Crop;
  readonly jitter: JitterSpread;
  readonly flip: FlipOptions;
  readonly affine: PiecewiseAffineOptions;
  readonly seed: number;
}

export interface FacePhoto {
  readonly file: string;
  /** Names the photo's own streams of random numbers. */
  readonly id: string;
  readonly maximumPixels: number;
  readonly box: Box;
  /** 68 points x, y, px of the upright photo, pixel centres at integers. */
  readonly landmarks: Float32Array;
}

/** (5, size, size, 3) RGB in the order of `variantNames`. Fails as `readImage` does, and with FACE_OUTSIDE. */
export async function prepareFaceVariants(
  photo: FacePhoto,
  options: FaceVariantsOptions,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const { file, id, maximumPixels, box, landmarks } = photo;
  const { size, crop, jitter, flip, affine, seed } = options;
  const image = await readImage(file, { maximumPixels });
  if (!image.ok) return image;
  const part = cutOut(image.value, frameOf(image.value, crop, box), size);
  discard(image.value.data);
  if (part === undefined)
    return failed({ code: 'FACE_OUTSIDE', message: 'has its face outside the picture', place: file });

  const points = landmarks.map((position, i) => part.toPart(position, i % 2 === 0 ? 'x' : 'y'));
  const manipulation = { flip, affine, frame: part.frame };
  const variants = variantsOf(part.image, points, manipulation, randomOf(seed, 'affine', id));
  const shared = sampleJitter(jitter, randomOf(seed, 'crop', id));
  const pictures = new Uint8Array(variants.length * 3 * size * size);
  variants.forEach((variant, i) => {
    pictures.set(cropBox(variant, part.frame, size, shared), i * 3 * size * size);
  });
  return success(pictures);
}

interface Part {
  readonly image: Image;
  /** What becomes the result, in px of the part. */
  readonly frame: Box;
  /** From the photo's pixel centres to the part's. */
  toPart(position: number, axis: 'x' | 'y'): number;
}

/** The most pixels of the photo for one of the result, along a side; more are averaged. */
const oversampling = 4;
/** What is kept around the frame, as a share of its sides: the jitter turns and enlarges it. */
const surroundings = 0.125;

/** The frame's part of a photo with its surroundings, reduced by whole blocks; undefined where they do not meet. */
function cutOut(image: Image, frame: Box, size: number): Part | undefined {
  const [aside, above] = [surroundings * frame.width, surroundings * frame.height];
  const left = Math.max(0, Math.floor(frame.x - aside));
  const top = Math.max(0, Math.floor(frame.y - above));
  const width = Math.min(image.width, Math.ceil(frame.x + frame.width + aside)) - left;
  const height = Math.min(image.height, Math.ceil(frame.y + frame.height + above)) - top;
  if (width <= 0 || height <= 0) return undefined;
  const block = Math.max(1, Math.ceil(Math.min(frame.width, frame.height) / size / oversampling));
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const start = 3 * ((top + row) * image.width + left);
    data.set(image.data.subarray(start, start + 3 * width), 3 * row * width);
  }
  const start = { x: left, y: top };
  return {
    image: reduce({ width, height, data }, block),
    frame: {
      x: (frame.x - left) / block,
      y: (frame.y - top) / block,
      width: frame.width / block,
      height: frame.height / block,
    },
    toPart: (position, axis) => (position + 0.5 - start[axis]) / block - 0.5,
  };
}

function reduce(image: Image, block: number): Image {
  if (block === 1) return image;
  const { width, height, data } = reduceImage(image, block);
  return { width, height, data: Uint8Array.from(data, Math.round) };
}
