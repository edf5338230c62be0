/** The map from the result's pixels to the samples': `X = x0 + xx x + xy y`, `Y = y0 + yx x + yy y`, pixel centres at integers. */
export interface Placement {
  readonly x0: number;
  readonly y0: number;
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  /** How much the kernel is widened along X and along Y; at least 1. */
  readonly widthX: number;
  readonly widthY: number;
}
