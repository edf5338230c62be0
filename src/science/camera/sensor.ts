/** The sensor: a Bayer mosaic (red, green / green, blue) that counts photons, with their noise and its own. */
import type { Random } from '../random.ts';
import type { Body } from './body.ts';
import type { Colour } from './face.ts';
import { clamp } from './interval.ts';
import { emptyPlanes, plane, type Planes } from './planes.ts';

/** What of the exposure reaches the noise. */
export interface Exposure {
  readonly iso: number;
  /** s */
  readonly exposureTime: number;
}

/** One number a pixel, 0 to 1 (saturated), size * size. */
export type Mosaic = Float32Array;

/** How well the red, green and blue pixels see. */
const sensitivity = [0.62, 1, 0.7] as const;

/**
 * Variance of a pixel at signal x: photons x (ISO/100) / W, read noise (R (ISO/100) / W)^2, a floor, and dark current
 * growing with time.
 */
export function noiseVariance(signal: number, { iso, exposureTime }: Exposure, body: Body): number {
  const gain = iso / 100 / body.fullWell;
  return Math.max(signal, 0) * gain + (body.readNoise * gain) ** 2 + 1e-6 + 2e-4 * exposureTime;
}

/** The light on the mosaic, noiseless and not yet clipped. */
export function sampleMosaic(light: Planes): Mosaic {
  const { size } = light;
  const planes = [plane(light, 0), plane(light, 1), plane(light, 2)] as const;
  const mosaic = new Float32Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const pixel = y * size + x;
      const colour = colourAt(x, y);
      mosaic[pixel] = (planes[colour][pixel] as number) * sensitivity[colour];
    }
  return mosaic;
}

/** What the sensor reads out, clipped to its range; without `random` no noise. */
export function readOut(signal: Mosaic, exposure: Exposure, body: Body, random?: Random): Mosaic {
  return signal.map((value) => {
    const noise =
      random === undefined ? 0 : Math.sqrt(noiseVariance(value, exposure, body)) * random.normal();
    return clamp(value + noise, -0.02, 1);
  });
}

/** Full colour from a mosaic by the mean of the nearest pixels of each colour, white balanced, clipped to 0..1. */
export function demosaic(mosaic: Mosaic, size: number, illuminant: Colour): Planes {
  const picture = emptyPlanes(size, 3);
  const planes = [plane(picture, 0), plane(picture, 1), plane(picture, 2)] as const;
  const gains = whiteBalance(illuminant);
  for (let y = 0; y < size; y++) {
    const row = y * size;
    const above = mirror(y - 1, size) * size;
    const below = mirror(y + 1, size) * size;
    for (let x = 0; x < size; x++) {
      const left = mirror(x - 1, size);
      const right = mirror(x + 1, size);
      const beside = ((mosaic[row + left] as number) + (mosaic[row + right] as number)) / 2;
      const upright = ((mosaic[above + x] as number) + (mosaic[below + x] as number)) / 2;
      const here = mosaic[row + x] as number;
      const pixel = row + x;
      if (colourAt(x, y) === 1) {
        // The red rows are the even ones.
        const even = (y & 1) === 0;
        set(planes[0], pixel, (even ? beside : upright) * gains[0]);
        set(planes[1], pixel, here * gains[1]);
        set(planes[2], pixel, (even ? upright : beside) * gains[2]);
        continue;
      }
      const corners =
        ((mosaic[above + left] as number) +
          (mosaic[above + right] as number) +
          (mosaic[below + left] as number) +
          (mosaic[below + right] as number)) /
        4;
      const red = colourAt(x, y) === 0;
      set(planes[0], pixel, (red ? here : corners) * gains[0]);
      set(planes[1], pixel, ((beside + upright) / 2) * gains[1]);
      set(planes[2], pixel, (red ? corners : here) * gains[2]);
    }
  }
  return picture;
}

/** The camera guesses nine tenths of the light's colour. */
function whiteBalance([red, green, blue]: Colour): Colour {
  return [
    1 / (sensitivity[0] * red ** 0.9),
    1 / (sensitivity[1] * green ** 0.9),
    1 / (sensitivity[2] * blue ** 0.9),
  ];
}

/** 0 red, 1 green, 2 blue. */
function colourAt(x: number, y: number): 0 | 1 | 2 {
  return ((x & 1) + (y & 1)) as 0 | 1 | 2;
}

/** A mirrored border keeps the mosaic's colours in step. */
function mirror(index: number, size: number): number {
  return index < 0 ? -index : index >= size ? 2 * size - 2 - index : index;
}

function set(values: Float32Array, index: number, value: number): void {
  values[index] = clamp(value, 0, 1);
}
