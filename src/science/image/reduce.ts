/** Samples of a picture, not necessarily whole numbers: `(height, width, 3)`. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Float32Array;
}

/** In blocks, ends not included. */
export interface BlockRange {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The means of blocks of `block` x `block` pixels, counted from the picture's top left; of all, or of those in `range`. A block that
 * reaches over the right or the lower edge counts the edge pixels again, as if the picture went on with them.
 */
export function reduceImage(image: Samples, block: number, range = allBlocks(image, block)): Samples {
  const { width, height, data } = image;
  const { left, top, right, bottom } = range;
  const columns = right - left;
  const sums = new Float32Array(columns * (bottom - top) * 3);
  const whole = Math.min(right, Math.floor(width / block)) - left; // blocks of a row that end within the picture
  for (let y = top * block; y < bottom * block; y++) {
    const line = Math.min(y, height - 1) * width;
    let target = (Math.floor(y / block) - top) * columns * 3;
    let source = (line + left * block) * 3;
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
        const first = (left + column) * block;
        for (let x = first; x < first + block; x++) {
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
  return { width: columns, height: bottom - top, data: sums };
}

const allBlocks = ({ width, height }: Samples, block: number): BlockRange => ({
  left: 0,
  top: 0,
  right: Math.ceil(width / block),
  bottom: Math.ceil(height / block),
});
