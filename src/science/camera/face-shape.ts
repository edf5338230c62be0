/** The outlines of lids, lips and brows, in the head's coordinates: the renderer fills them, landmarks lie on them. */
import type { Eye, Face, Mouth } from './face.ts';

/** Across an eye from its middle: 1 at the inner corner (by the nose), -1 at the outer one. */
export function inwards(eye: Eye, turnedU: number): number {
  return (-eye.side * (turnedU - eye.u) * eye.narrowing) / eye.halfWidth;
}

/** v of the eye's axis, which is slanted. */
export function eyeAxis(eye: Eye, inward: number): number {
  return eye.v - 0.035 * inward;
}

/** Height of the upper lid's rim above the axis; 0 at the corners. */
export function upperLid(eye: Eye, inward: number): number {
  const arch = 1 - inward * inward;
  return arch > 0 ? eye.opening * arch ** 0.6 * (1 - 0.15 * inward) : 0;
}

/** Depth of the lower lid's rim below the axis. */
export function lowerLid(eye: Eye, inward: number): number {
  return Math.max(0, 0.6 * eye.opening * (1 - inward * inward));
}

/** Where the middle of the brow's length is, and half of its length. */
export const browU = (eye: Eye): number => 1.03 * eye.u;
export const browHalfLength = (eye: Eye): number => 1.25 * eye.halfWidth;

/** v of the brow's middle line; `inward` as for eyes, along the brow. */
export function browLine(face: Face, eye: Eye, inward: number): number {
  return eye.browV - 0.06 * face.browTilt * inward - 0.024 * (1 - inward * inward);
}

/** v of the line between the lips; `across` is -1 at the left corner, 1 at the right one. */
export function lipLine(mouth: Mouth, across: number): number {
  return mouth.v + mouth.smile * (0.4 - across * across) + mouth.slope * across;
}

/** Half the height of the gap between the lips. */
export function lipGap(mouth: Mouth, across: number): number {
  return 0.5 * mouth.gap * Math.max(0, 1 - across * across);
}

/** Height of the upper lip's outline above the lip line, with Cupid's bow in the middle. */
export function upperLip(mouth: Mouth, across: number): number {
  const bow = 1 - 0.35 * Math.exp(-((across / 0.18) ** 2));
  return mouth.upperLip * Math.max(0, 1 - across * across) ** 0.7 * bow + lipGap(mouth, across);
}

/** Depth of the lower lip's outline below the lip line. */
export function lowerLip(mouth: Mouth, across: number): number {
  return mouth.lowerLip * Math.max(0, 1 - across * across) ** 0.8 + lipGap(mouth, across);
}
