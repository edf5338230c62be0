/** What every part of the face is drawn with: the pixel's place on the head, the head's cover there, the light. */
import type { Light } from '../face.ts';
import type { HeadFrame, HeadPoint } from '../head-frame.ts';
import type { Paint } from './paint.ts';

export interface Brush {
  readonly frame: HeadFrame;
  readonly light: Light;
  /** Width over which an edge goes from nothing to all: .9 px. */
  readonly edge: number;
  readonly point: HeadPoint;
  readonly paint: Paint;
  /** How much of the pixel the head covers. */
  headCover: number;
  /** Light that falls from the light's direction, 0 to 1. */
  lambert: number;
  /** All light that falls here, 0 to 1. */
  shade: number;
  /** The skin's colour here, lit. */
  skinRed: number;
  skinGreen: number;
  skinBlue: number;
}
