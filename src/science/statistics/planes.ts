/** An image as planes of float64 numbers, which the statistics are taken of. */

/** A square plane, row by row. */
export interface Plane {
  readonly side: number;
  readonly data: Float64Array;
}

/** What the statistics look at, in 8-bit levels. Luma and chroma as in JPEG (ITU-R BT.601). */
export interface Planes {
  readonly red: Plane;
  readonly green: Plane;
  readonly blue: Plane;
  readonly luma: Plane;
  readonly chromaBlue: Plane;
  readonly chromaRed: Plane;
}

/** `image`: (S, S, 3) uint8 RGB. */
export function planesOf(image: Uint8Array, side: number): Planes {
  const plane = (red: number, green: number, blue: number): Plane => {
    const data = new Float64Array(side * side);
    for (let i = 0, p = 0; i < data.length; i++, p += 3)
      data[i] =
        red * (image[p] as number) + green * (image[p + 1] as number) + blue * (image[p + 2] as number);
    return { side, data };
  };
  return {
    red: plane(1, 0, 0),
    green: plane(0, 1, 0),
    blue: plane(0, 0, 1),
    luma: plane(0.299, 0.587, 0.114),
    chromaBlue: plane(-0.168736, -0.331264, 0.5),
    chromaRed: plane(0.5, -0.418688, -0.081312),
  };
}

/** The plane less its 3 x 3 binomial blur, on the inner (S - 2, S - 2) pixels: mostly noise and fine texture. */
export function residual({ side, data }: Plane): Plane {
  const inner = side - 2;
  const result = new Float64Array(inner * inner);
  for (let y = 0; y < inner; y++)
    for (let x = 0; x < inner; x++) {
      const above = y * side + x;
      const at = above + side;
      const below = at + side;
      const corners =
        (data[above] as number) +
        (data[above + 2] as number) +
        (data[below] as number) +
        (data[below + 2] as number);
      const sides =
        (data[above + 1] as number) +
        (data[at] as number) +
        (data[at + 2] as number) +
        (data[below + 1] as number);
      result[y * inner + x] = 0.75 * (data[at + 1] as number) - sides / 8 - corners / 16;
    }
  return { side: inner, data: result };
}

/** Sum of a[i] b[i] / length. */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum / a.length;
}

/** ln(energy + 0.001): finite for a plane without any; energies in squared 8-bit levels. */
export const logEnergy = (energy: number): number => Math.log(energy + 1e-3);
