/** How much room on the disk the pictures of the pretext task take. */
import { digitsInGroups } from './check-page.ts';
import { bytesInWords } from '../../bytes.ts';
import { variantNames } from '../manipulation/variants.ts';

/**
 * Bytes: of each face the photograph and its four manipulations, a byte a channel, as they are made beforehand. Made while
 * training instead they would cost no room, and a decoding and a warp for each of epochs x faces pictures.
 */
function manipulatedBytes(faces: number, size: number): number {
  return faces * variantNames.length * size * size * 3;
}

/** `photos`: those that will be used, at the most; `free`: bytes on the disk. */
export function roomInWords(photos: number, size: number, free: number): string {
  const needed = bytesInWords(manipulatedBytes(photos, size));
  return `manipulate keeps five pictures of ${size} px of each face: ${needed} for ${digitsInGroups(photos)} photographs; ${bytesInWords(free)} are free.`;
}
