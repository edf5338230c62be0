/** How much room on the disk the pictures of the pretext task take. */
import { variantNames } from '../manipulation/variants.ts';

/**
 * Bytes: of each face the photograph and its four manipulations, a byte a channel, as they are made beforehand. Made while
 * training instead they would cost no room, and a decoding and a warp for each of epochs x faces pictures.
 */
export function manipulatedBytes(faces: number, size: number): number {
  return faces * variantNames.length * size * size * 3;
}
