/**
 * A JPEG decoded at a half, a quarter or an eighth of its size, as its coding allows for a part of the time; any other picture at
 * its own. The values are not those of a picture decoded in full and then averaged: details that the smaller one still holds stay
 * a little stronger.
 */
import type { Result } from '../../failure.ts';
import type { Box } from './framing.ts';
import type { Image } from './image.ts';
import { jpegSize } from './jpeg.ts';
import { decodeWith, pixelsOf, readImageFile, type ReadOptions } from './read.ts';

export interface ReducedImage {
  readonly image: Image;
  /** px of the picture itself, upright. */
  readonly width: number;
  readonly height: number;
  /** A box of the picture in px of `image`. */
  readonly place: (box: Box) => Box;
}

type ShrinkOf = (picture: { readonly width: number; readonly height: number }) => number;

/**
 * The picture in `file` by the largest of 8, 4 and 2 that divides both of its sides and is at most what `shrinkOf` says of its size, upright. Fails as `readImage` does.
 */
export async function readReduced(
  file: string,
  options: ReadOptions,
  shrinkOf: ShrinkOf,
): Promise<Result<ReducedImage>> {
  const bytes = await readImageFile(file);
  return bytes.ok ? decodeReduced(bytes.value, file, options, shrinkOf) : bytes;
}

/** As `readReduced`, of bytes already read; `place` is what failures name. */
export async function decodeReduced(
  bytes: Buffer,
  place: string,
  options: ReadOptions,
  shrinkOf: ShrinkOf,
): Promise<Result<ReducedImage>> {
  const stored = jpegSize(bytes);
  return decodeWith(bytes, place, options, async (picture) => {
    const whole = async (): Promise<ReducedImage> => {
      const image = await pixelsOf(picture.clone());
      return { image, width: image.width, height: image.height, place: (box) => box };
    };
    if (stored === undefined || shrinkOf(stored) < 2) return whole();
    const { autoOrient } = await picture.metadata();
    const { width, height } = autoOrient;
    const shrink = [8, 4, 2].find(
      (factor) => factor <= shrinkOf(autoOrient) && width % factor === 0 && height % factor === 0,
    );
    if (shrink === undefined) return whole();

    const image = await pixelsOf(picture.clone().resize(width / shrink, height / shrink));
    const place = ({ x, y, ...box }: Box): Box => ({
      x: x / shrink,
      y: y / shrink,
      width: box.width / shrink,
      height: box.height / shrink,
    });
    return { image, width, height, place };
  });
}
