/** Bicubic interpolation with Keys' kernel, a = -1/2 (Keys, 1981). */

/** The kernel's weights for the pixels at -1, 0, 1 and 2, for a place `fraction` (0 to 1) after pixel 0. */
export function bicubicWeights(fraction: number): readonly [number, number, number, number] {
  const t = fraction;
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t,
  ];
}
