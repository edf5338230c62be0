/** A decoded picture: upright, sRGB, 8 bit. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** (height, width, 3), RGB interleaved, row by row from the top left. */
  readonly data: Uint8Array;
}
