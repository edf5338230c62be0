/**
 * From a file to the network's input: read, choose a square, resample once. What differs between photographs, real faces
 * and generated ones is the file alone; all go through here.
 */
import { failed, success, type Result } from '../../failure.ts';
import { randomOf } from '../random.ts';
import { cropSquare, sampleJitter, type JitterSpread, type Square } from './crop.ts';
import type { Image } from './image.ts';
import { readImage } from './read.ts';

/** In px; a pixel is the square [i, i+1). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Crop {
  /** The largest centred square of the picture, or the square around the face. */
  readonly from: 'image' | 'face';
  /** Multiplies the side of that square. */
  readonly margin: number;
}

/** The box of the face to crop to, or undefined where none is found. */
export type LocateFace = (image: Image) => Promise<Box | undefined>;

export interface PrepareOptions {
  /** Side of the result, px. */
  readonly size: number;
  readonly crop: Crop;
  readonly jitter: JitterSpread;
  readonly seed: number;
  /** Names the picture's own stream of random numbers. */
  readonly id: string;
  /** Needed where `crop.from` is `face`. */
  readonly locateFace?: LocateFace;
  readonly maximumPixels?: number;
}

/** `(size, size, 3)` 8-bit RGB. Fails as `readImage` does, and with FACE_NOT_FOUND. */
export async function prepareImage(file: string, options: PrepareOptions): Promise<Result<Uint8Array>> {
  const { size, crop, jitter, seed, id, locateFace, maximumPixels } = options;
  const image = await readImage(file, maximumPixels === undefined ? {} : { maximumPixels });
  if (!image.ok) return image;
  let square = centredSquare(image.value, crop.margin);
  if (crop.from === 'face') {
    if (locateFace === undefined) throw new TypeError('a crop from the face needs locateFace');
    const box = await locateFace(image.value);
    if (box === undefined)
      return failed({
        code: 'FACE_NOT_FOUND',
        message: 'shows no face that the detector finds',
        place: file,
      });
    square = squareAround(box, crop.margin);
  }
  return success(cropSquare(image.value, square, size, sampleJitter(jitter, randomOf(seed, 'crop', id))));
}

/** The largest square in the middle of the picture, its side times `margin`. */
export function centredSquare({ width, height }: Pick<Image, 'width' | 'height'>, margin: number): Square {
  const side = Math.min(width, height);
  // At whole pixels, so that a picture whose sides differ by an odd number is not shifted by half a pixel.
  const whole = {
    x: Math.floor((width - side) / 2),
    y: Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
  return squareAround(whole, margin);
}

/** The square with the box's centre and `margin` times its longer side. */
export function squareAround({ x, y, width, height }: Box, margin: number): Square {
  const side = Math.max(width, height) * margin;
  return { x: x + (width - side) / 2, y: y + (height - side) / 2, side };
}
