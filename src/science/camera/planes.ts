/** Pictures while they are computed: (channels, size, size) numbers, one plane after another. */
export interface Planes {
  /** px of a side. */
  readonly size: number;
  readonly channels: number;
  readonly data: Float32Array;
}

export function emptyPlanes(size: number, channels: number): Planes {
  return { size, channels, data: new Float32Array(channels * size * size) };
}

/** One channel, a view. */
export function plane({ size, data }: Planes, channel: number): Float32Array {
  const pixels = size * size;
  return data.subarray(channel * pixels, (channel + 1) * pixels);
}

/** picture += share * (other - picture) */
export function mixIn({ data }: Planes, other: Planes, share: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    data[i] = value + share * ((other.data[i] as number) - value);
  }
}

/** Weights of red, green and blue in a pixel's brightness (Rec. 601). */
export const luma = [0.299, 0.587, 0.114] as const;
