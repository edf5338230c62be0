/** Which samples of an axis make one value, and with what weights: cubic convolution, widened where the picture shrinks. */
import { cubicKernel } from './cubic.ts';

export interface Taps {
  /** The first sample; it may lie before the axis begins. */
  first: number;
  count: number;
  /** Of `count` samples; they add up to 1. What stands behind them is without meaning. */
  readonly weights: Float64Array;
}

/** Room for the taps of a kernel `width` times as wide as an interpolating one. */
export const tapsOf = (width: number): Taps => ({
  first: 0,
  count: 0,
  weights: new Float64Array(Math.ceil(4 * width) + 1),
});

/** The taps at `position`. */
export function setTaps(taps: Taps, position: number, width: number): void {
  const { weights } = taps;
  const first = width === 1 ? Math.floor(position) - 1 : Math.ceil(position - 2 * width);
  const last = width === 1 ? first + 3 : Math.floor(position + 2 * width);
  taps.first = first;
  taps.count = last - first + 1;
  let sum = 0;
  for (let i = 0; i < taps.count; i++) {
    const weight = cubicKernel((first + i - position) / width);
    weights[i] = weight;
    sum += weight;
  }
  if (width === 1) return; // Keys' kernel adds up to 1 by itself
  for (let i = 0; i < taps.count; i++) weights[i] = (weights[i] as number) / sum;
}

/** The taps at `start`, `start + step` ... along an axis, as many of each. */
export interface TapTable {
  readonly taps: number;
  /** The first sample of each value, in rising order. */
  readonly first: Int32Array;
  /** (values, taps), with zeros behind the last that counts. */
  readonly weights: Float64Array;
}

export function tapTable(values: number, start: number, step: number, width: number): TapTable {
  const each = tapsOf(width);
  const taps = each.weights.length;
  const first = new Int32Array(values);
  const weights = new Float64Array(values * taps);
  for (let i = 0; i < values; i++) {
    setTaps(each, start + step * i, width);
    first[i] = each.first;
    weights.set(each.weights.subarray(0, each.count), i * taps);
  }
  return { taps, first, weights };
}
