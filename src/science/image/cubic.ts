/** Keys' cubic convolution with a = -1/2 (Keys 1981, eq. 15; Catmull-Rom). */

/** The kernel at a distance in samples; 0 from 2 on. */
export function cubicKernel(distance: number): number {
  const t = Math.abs(distance);
  if (t < 1) return 1.5 * t * t * t - 2.5 * t * t + 1;
  if (t < 2) return -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2;
  return 0;
}

/** The kernel's weights for the samples at -1, 0, 1 and 2, for a place `fraction` (0 to 1) after sample 0. */
export function cubicWeights(fraction: number): readonly [number, number, number, number] {
  return [
    cubicKernel(1 + fraction),
    cubicKernel(fraction),
    cubicKernel(1 - fraction),
    cubicKernel(2 - fraction),
  ];
}
