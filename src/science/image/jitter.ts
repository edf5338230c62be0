/** Small random displacements of what is cropped, so that no two pictures share the grid that their pixels came from. */
import type { Random } from '../random.ts';

/** A small displacement of the box that is cropped, about its own centre. */
export interface Jitter {
  /** Radians; positive turns the sampled box clockwise on the screen, so what it shows counter-clockwise. */
  readonly rotation: number;
  /** Above 1 the sampled box is larger. */
  readonly scale: number;
  /** px of the result, to the right and down. */
  readonly shiftX: number;
  readonly shiftY: number;
}

/** How far jitters spread. */
export interface JitterSpread {
  /** Standard deviation, radians. */
  readonly rotation: number;
  /** Uniform in 1 +- this. */
  readonly scale: number;
  /** Uniform in +- this, px of the result. */
  readonly shift: number;
}

export const noJitter: Jitter = { rotation: 0, scale: 1, shiftX: 0, shiftY: 0 };

export function sampleJitter(spread: JitterSpread, random: Random): Jitter {
  return {
    rotation: spread.rotation * random.normal(),
    scale: random.between(1 - spread.scale, 1 + spread.scale),
    shiftX: random.between(-spread.shift, spread.shift),
    shiftY: random.between(-spread.shift, spread.shift),
  };
}
