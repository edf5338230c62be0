/** Pixels as files have them, 8-bit RGB (S, S, 3), and as networks take them, float planes (3, S, S). */

/** x = (value / 255 - mean) / deviation, for each of R, G, B: the form in which CLIP's and ImageNet's are published. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** [0, 255] to [-1, 1]. */
export const symmetric: Normalization = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** CLIP's and EXIF-as-language's. */
export const clip: Normalization = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
};

/** Writes images one after the other into planes; `pixels` (N, S, S, 3), `planes` (N, 3, S, S). */
export type PlaneWriter = (pixels: Uint8Array, planes: Float32Array) => void;

/** The 256 values of each channel are computed once. */
export function planeWriter(size: number, { mean, deviation }: Normalization): PlaneWriter {
  const tables = [0, 1, 2].map((channel) =>
    Float32Array.from(
      { length: 256 },
      (_, value) => (value / 255 - (mean[channel] as number)) / (deviation[channel] as number),
    ),
  );
  const area = size * size;
  return (pixels, planes) => {
    for (let image = 0; image < pixels.length; image += 3 * area)
      for (const [channel, table] of tables.entries()) {
        const plane = image + channel * area;
        for (let place = 0; place < area; place++)
          planes[plane + place] = table[pixels[image + 3 * place + channel] as number] as number;
      }
  };
}
