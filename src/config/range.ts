/** A range of numbers in a text: `1..5`, `0..1 by 0.25`. Both ends belong to it. */
import { mostPoints } from './most-points.ts';

const number = String.raw`[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const form = new RegExp(String.raw`^\s*(${number})\.\.(${number})(?:\s+by\s+(${number}))?\s*$`);

export type Range =
  | { readonly kind: 'none' }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  /** A step of nothing, or a step away from the end. */
  | { readonly kind: 'endless' };

const mostValues = mostPoints + 1;

/** Falling where the end is below the start and no step says otherwise. `none` where the text is no range. */
export function parseRange(text: string): Range {
  const match = form.exec(text);
  if (match === null) return { kind: 'none' };
  const [first, last] = [Number(match[1]), Number(match[2])];
  const step = match[3] === undefined ? (last < first ? -1 : 1) : Number(match[3]);
  if (step === 0 || (last !== first && last > first !== step > 0)) return { kind: 'endless' };
  // A step such as 0.1 has no exact double; a value short of the end by rounding alone is the end.
  const count = Math.min(mostValues, Math.floor((last - first) / step + 1e-9) + 1);
  return {
    kind: 'values',
    values: Array.from({ length: count }, (_, index) => Number((first + index * step).toPrecision(12))),
  };
}
