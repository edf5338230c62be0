/** The five pictures that the pretext task knows of one face: the photograph and its four manipulations. */
import type { Image } from '../image/image.ts';
import type { Random } from '../random.ts';
import { flipRegion } from './flip.ts';
import {
  drawPiecewiseAffine,
  type Frame,
  type PiecewiseAffineOptions,
  warpPiecewiseAffine,
} from './piecewise-affine.ts';
import { type RegionOptions, regionOf, type RegionShape } from './region.ts';

/** In the order of the second axis of `images.npy`. */
export const variantNames = [
  'original',
  'eyeFlip',
  'mouthFlipHorizontal',
  'mouthFlipVertical',
  'affine',
] as const;

export interface FlipOptions extends Omit<RegionOptions, 'shape'> {
  readonly eye: RegionShape;
  readonly mouth: RegionShape;
}

/** Both eyes, each mirrored left to right where it is. */
function eyeFlip(image: Image, landmarks: Float32Array, { eye, ...options }: FlipOptions): Image {
  const left = regionOf(landmarks, 'leftEye', { ...options, shape: eye });
  const right = regionOf(landmarks, 'rightEye', { ...options, shape: eye });
  return flipRegion(flipRegion(image, left, 'horizontal'), right, 'horizontal');
}

/** The mouth mirrored left to right. */
function mouthFlipHorizontal(
  image: Image,
  landmarks: Float32Array,
  { mouth, ...options }: FlipOptions,
): Image {
  return flipRegion(image, regionOf(landmarks, 'mouth', { ...options, shape: mouth }), 'horizontal');
}

/** The mouth upside down. */
function mouthFlipVertical(image: Image, landmarks: Float32Array, { mouth, ...options }: FlipOptions): Image {
  return flipRegion(image, regionOf(landmarks, 'mouth', { ...options, shape: mouth }), 'vertical');
}

export interface VariantOptions {
  readonly flip: FlipOptions;
  readonly affine: PiecewiseAffineOptions;
  /** px: what the warp's deviation is a share of, along each axis. */
  readonly frame: Frame;
}

/** The pictures in the order of `variantNames`; `landmarks` (68 x, y) in px of `image`. */
export function variantsOf(
  image: Image,
  landmarks: Float32Array,
  { flip, affine, frame }: VariantOptions,
  random: Random,
): readonly Image[] {
  const warp = drawPiecewiseAffine(affine, { width: image.width, height: image.height, frame }, random);
  return [
    image,
    eyeFlip(image, landmarks, flip),
    mouthFlipHorizontal(image, landmarks, flip),
    mouthFlipVertical(image, landmarks, flip),
    warpPiecewiseAffine(image, warp),
  ];
}
