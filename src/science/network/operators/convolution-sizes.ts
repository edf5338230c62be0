/** A convolution with its sizes known. */
export interface ConvolutionSizes {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** C, H, W. */
  readonly input: readonly [number, number, number];
  /** K, O, P. */
  readonly output: readonly [number, number, number];
}
