/**
 * From a file to the network's input: read, choose a part, resample once. What differs between photographs, real faces
 * and generated ones is the file alone; all go through here.
 */
import { failed, success, type Result } from '../../failure.ts';
import { randomOf } from '../random.ts';
import { cropBox } from './crop.ts';
import { type Box, type Crop, frameOf } from './framing.ts';
import { discard, type Image } from './image.ts';
import { type JitterSpread, sampleJitter } from './jitter.ts';
import { readImage } from './read.ts';
import { readReduced } from './read-reduced.ts';

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
  /**
   * `reduced` decodes a JPEG at a fraction of its size that leaves the crop twice as large as the result, or larger; not where the face is
   * looked for. `full` where absent.
   */
  readonly decode?: 'full' | 'reduced' | undefined;
  /** Needed where `crop.from` is `face`. */
  readonly locateFace?: LocateFace;
  readonly maximumPixels?: number;
}

/** `(size, size, 3)` 8-bit RGB. Fails as `readImage` does, and with FACE_NOT_FOUND. */
export async function prepareImage(file: string, options: PrepareOptions): Promise<Result<Uint8Array>> {
  const { size, crop, jitter, seed, id, decode, locateFace, maximumPixels } = options;
  const reading = maximumPixels === undefined ? {} : { maximumPixels };
  const displacement = sampleJitter(jitter, randomOf(seed, 'crop', id));
  if (decode === 'reduced' && crop.from !== 'face') {
    const reduced = await readReduced(file, reading, (picture) => {
      const { width, height } = frameOf(picture, crop);
      return Math.min(width, height) / size / 2;
    });
    if (!reduced.ok) return reduced;
    const { image, place } = reduced.value;
    return success(cutOut(image, place(frameOf(reduced.value, crop))));
  }
  const image = await readImage(file, reading);
  if (!image.ok) return image;
  let face: Box | undefined;
  if (crop.from === 'face') {
    if (locateFace === undefined) throw new TypeError('a crop from the face needs locateFace');
    face = await locateFace(image.value);
    if (face === undefined)
      return failed({
        code: 'FACE_NOT_FOUND',
        message: 'shows no face that the detector finds',
        place: file,
      });
  }
  return success(cutOut(image.value, frameOf(image.value, crop, face)));

  function cutOut(picture: Image, box: Box): Uint8Array {
    const pixels = cropBox(picture, box, size, displacement);
    discard(picture.data);
    return pixels;
  }
}
