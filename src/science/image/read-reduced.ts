/**
 * A JPEG decoded at a half, a quarter or an eighth of its size, as its coding allows for a part of the time; any other picture at
 * its own. The values are not those of a picture decoded in full and then averaged: details that the smaller one still holds stay
 * a little stronger.
 */
import type { Result } from '../../failure.ts';
import type { Box } from './framing.ts';
import { discard, type Image } from './image.ts';
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

/** The picture in `file` by the largest of 8, 4 and 2 that is at most what `shrinkOf` says of its size, upright. Fails as `readImage` does. */
export async function readReduced(
  file: string,
  options: ReadOptions,
  shrinkOf: ShrinkOf,
): Promise<Result<ReducedImage>> {
  const bytes = await readImageFile(file);
  if (!bytes.ok) return bytes;
  const reduced = await decodeReduced(bytes.value, file, options, shrinkOf);
  discard(bytes.value);
  return reduced;
}

/** As `readReduced`, of the bytes of `file` already read. They are read again where the picture is reduced. */
export async function decodeReduced(
  bytes: Buffer,
  file: string,
  options: ReadOptions,
  shrinkOf: ShrinkOf,
): Promise<Result<ReducedImage>> {
  const stored = jpegSize(bytes);
  return decodeWith(bytes, file, options, async (open) => {
    const whole = async (): Promise<ReducedImage> => {
      const image = await pixelsOf(open(bytes));
      return { image, width: image.width, height: image.height, place: (box) => box };
    };
    if (stored === undefined || shrinkOf(stored) < 2) return whole();
    const { autoOrient, orientation = 1 } = await open(bytes).metadata();
    const { width, height } = autoOrient;
    const shrink = [8, 4, 2].find((factor) => factor <= shrinkOf(autoOrient));
    if (shrink === undefined) return whole();

    // What follows a name in brackets are options for libvips' loader. Those of sharp itself decode at a half what is wanted at a third.
    const image = await pixelsOf(open(`${file}[shrink=${shrink}]`));
    // What is left over is cut off on the right and below of the picture as it is stored.
    const left = mirroredAcross.has(orientation) ? width % shrink : 0;
    const top = mirroredDown.has(orientation) ? height % shrink : 0;
    const place = (box: Box): Box => ({
      x: (box.x - left) / shrink,
      y: (box.y - top) / shrink,
      width: box.width / shrink,
      height: box.height / shrink,
    });
    return { image, width, height, place };
  });
}

/** Orientations (EXIF 2.32, 4.6.4 A) whose upright left, or top, is on the right or at the bottom of what is stored. */
const mirroredAcross: ReadonlySet<number> = new Set([2, 3, 6, 7]);
const mirroredDown: ReadonlySet<number> = new Set([3, 4, 7, 8]);
