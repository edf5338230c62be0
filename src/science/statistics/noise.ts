/** Statistics of the high-pass residual: how much noise there is, of what colour, where, and how it hangs together. */
import { logEnergy, meanProduct, type Plane } from './planes.ts';

/** Correlation of two residuals at the same pixels, in [-1, 1]; 0 where one of them vanishes. */
export function correlation(a: Plane, b: Plane): number {
  const scale = Math.sqrt(meanProduct(a.data, a.data) * meanProduct(b.data, b.data));
  return scale > 0 ? meanProduct(a.data, b.data) / scale : 0;
}

/** ln((m4 + 0.001) / (m2² + 0.001)): ln 3 for a Gaussian residual, more where a few edges carry the energy. */
export function logKurtosis({ data }: Plane): number {
  let fourth = 0;
  for (const value of data) fourth += value ** 4;
  return logEnergy(fourth / data.length) - logEnergy(meanProduct(data, data) ** 2);
}

/** Correlation of a residual with itself `right` and `down` pixels further, in [-1, 1]; demosaicing and resampling raise it. */
export function autocorrelation({ side, data }: Plane, right: number, down: number): number {
  const energy = meanProduct(data, data);
  if (energy === 0) return 0;
  let sum = 0;
  for (let y = 0; y < side - down; y++)
    for (let x = 0; x < side - right; x++)
      sum += (data[y * side + x] as number) * (data[(y + down) * side + x + right] as number);
  return sum / ((side - down) * (side - right)) / energy;
}

/**
 * Log energy of the residual in five classes of brightness, each a fifth of the inner pixels, from the darkest:
 * a sensor's noise grows with the light that falls on it, pasted or painted noise need not.
 */
export function noiseByBrightness(noise: Plane, luma: Plane): number[] {
  const inner = noise.side;
  const brightness = new Float64Array(inner * inner);
  for (let y = 0; y < inner; y++)
    for (let x = 0; x < inner; x++) {
      const at = y * inner + x; // of the blurred picture: a pixel's own noise must not choose its class
      brightness[at] = (luma.data[(y + 1) * luma.side + x + 1] as number) - (noise.data[at] as number);
    }
  const limits = brightness.toSorted();
  const classes = 5;
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  const upper = Array.from(
    { length: classes - 1 },
    (_, c) => limits[Math.floor(((c + 1) * limits.length) / classes)] as number,
  );
  brightness.forEach((value, i) => {
    let c = 0;
    while (c < classes - 1 && value >= (upper[c] as number)) c++;
    sums[c] = (sums[c] as number) + (noise.data[i] as number) ** 2;
    counts[c] = (counts[c] as number) + 1;
  });
  return Array.from(sums, (sum, c) => logEnergy(sum / Math.max(1, counts[c] as number)));
}
