/** Names at the ends of lines, in place of a legend. */
import type { Specification } from './draw.ts';

/** Shares of the range of all values that two names need between them to be read. */
const apart = 0.06;

/** Where the names of `ends` go, from the lowest up: at their values, or above the name below where that would be too close. */
export function labelPlaces<End>(
  ends: readonly End[],
  valueOf: (end: End) => number,
  range: number,
): readonly { readonly end: End; readonly at: number }[] {
  let before = -Infinity;
  return ends
    .toSorted((a, b) => valueOf(a) - valueOf(b))
    .map((end) => {
      const at = Math.max(valueOf(end), before + range * apart);
      before = at;
      return { end, at };
    });
}

export const labelMark: Specification = {
  type: 'text',
  align: 'left',
  dx: 10,
  fontSize: 13,
  fontWeight: 'bold',
};
