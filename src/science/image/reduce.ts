/** Samples of a picture, not necessarily whole numbers: `(height, width, 3)`. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Float32Array;
}

/**
 * The means of blocks of `block` x `block` pixels from the top left. A block that reaches over the right or the lower
 * edge counts the edge pixels again, as if the picture went on with them.
 */
export function reduceImage({ width, height, data }: Samples, block: number): Samples {
  const columns = Math.ceil(width / block);
  const rows = Math.ceil(height / block);
  const sums = new Float32Array(columns * rows * 3);
  for (let y = 0; y < rows * block; y++) {
    const from = Math.min(y, height - 1) * width;
    const to = Math.floor(y / block) * columns;
    for (let x = 0; x < columns * block; x++) {
      const source = (from + Math.min(x, width - 1)) * 3;
      const target = (to + Math.floor(x / block)) * 3;
      for (let channel = 0; channel < 3; channel++)
        sums[target + channel] = (sums[target + channel] as number) + (data[source + channel] as number);
    }
  }
  const count = block * block;
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / count;
  return { width: columns, height: rows, data: sums };
}
