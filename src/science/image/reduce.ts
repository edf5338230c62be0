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
  const whole = Math.floor(width / block); // blocks that end within the picture
  for (let y = 0; y < rows * block; y++) {
    const line = Math.min(y, height - 1) * width;
    let target = Math.floor(y / block) * columns * 3;
    let source = line * 3;
    for (let column = 0; column < columns; column++, target += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      if (column < whole) {
        for (let x = 0; x < block; x++, source += 3) {
          red += data[source] as number;
          green += data[source + 1] as number;
          blue += data[source + 2] as number;
        }
      } else {
        for (let x = column * block; x < (column + 1) * block; x++) {
          const edge = (line + Math.min(x, width - 1)) * 3;
          red += data[edge] as number;
          green += data[edge + 1] as number;
          blue += data[edge + 2] as number;
        }
      }
      sums[target] = (sums[target] as number) + red;
      sums[target + 1] = (sums[target + 1] as number) + green;
      sums[target + 2] = (sums[target + 2] as number) + blue;
    }
  }
  const count = block * block;
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / count;
  return { width: columns, height: rows, data: sums };
}
