/** Gaussian blur: two passes of a short kernel, the border pixels repeated outwards. */
import { emptyPlanes, plane, type Planes } from './planes.ts';

/** Below this many px a Gaussian changes nothing worth computing. */
const smallestDeviation = 0.12;

/** The picture blurred by a Gaussian of `deviation` px; the picture itself where the deviation is too small to matter. */
export function gaussianBlur(picture: Planes, deviation: number): Planes {
  if (deviation < smallestDeviation) return picture;
  const { size, channels } = picture;
  const weights = gaussianWeights(deviation);
  const blurred = emptyPlanes(size, channels);
  const passed = new Float32Array(size * size);
  for (let channel = 0; channel < channels; channel++) {
    alongRows(plane(picture, channel), passed, size, weights);
    alongColumns(passed, plane(blurred, channel), size, weights);
  }
  return blurred;
}

/** How many px to each side a kernel of that deviation reaches. */
export function gaussianReach(deviation: number): number {
  return deviation < smallestDeviation ? 0 : Math.max(1, Math.ceil(2.6 * deviation));
}

/** The kernel from its middle outwards: [middle, 1 px away, 2 px away, ...]; with its mirror image it sums to 1. */
function gaussianWeights(deviation: number): Float64Array {
  const weights = new Float64Array(gaussianReach(deviation) + 1);
  let sum = 0;
  for (let distance = 0; distance < weights.length; distance++) {
    const weight = Math.exp(-(distance * distance) / (2 * deviation * deviation));
    weights[distance] = weight;
    sum += distance === 0 ? weight : 2 * weight;
  }
  return weights.map((weight) => weight / sum);
}

function alongRows(from: Float32Array, to: Float32Array, size: number, weights: Float64Array): void {
  const reach = weights.length - 1;
  const middle = weights[0] as number;
  // A row with its ends repeated, so that the inner loop has no borders.
  const row = new Float32Array(size + 2 * reach);
  for (let y = 0; y < size; y++) {
    const start = y * size;
    row.fill(from[start] as number, 0, reach);
    for (let x = 0; x < size; x++) row[x + reach] = from[start + x] as number;
    row.fill(from[start + size - 1] as number, size + reach);
    for (let x = 0; x < size; x++) {
      const here = x + reach;
      let sum = middle * (row[here] as number);
      for (let d = 1; d <= reach; d++)
        sum += (weights[d] as number) * ((row[here - d] as number) + (row[here + d] as number));
      to[start + x] = sum;
    }
  }
}

function alongColumns(from: Float32Array, to: Float32Array, size: number, weights: Float64Array): void {
  const reach = weights.length - 1;
  const middle = weights[0] as number;
  for (let y = 0; y < size; y++) {
    const start = y * size;
    for (let x = 0; x < size; x++) to[start + x] = middle * (from[start + x] as number);
    for (let d = 1; d <= reach; d++) {
      const above = Math.max(0, y - d) * size;
      const below = Math.min(size - 1, y + d) * size;
      const weight = weights[d] as number;
      for (let x = 0; x < size; x++)
        to[start + x] =
          (to[start + x] as number) + weight * ((from[above + x] as number) + (from[below + x] as number));
    }
  }
}
