/** A component as the matrix products take it: its factor in panels, in both precisions, about a common origin. */
import type { Component } from './mixture.ts';
import { blocksOf, rowPanels, type Block } from './panels.ts';
import type { PruningNorms } from './pruning.ts';

export interface PanelledComponent {
  /** ln π - D/2 ln 2π + ln det W. */
  readonly constant: number;
  /** The mean, from the origin (D). */
  readonly centre: Float64Array;
  readonly blocks: readonly PanelledBlock[];
  readonly norms: PruningNorms;
}

/** Rows [first, end) of W and of b = -W centre, so that y = W z + b is (x - mean) in units of deviations. */
interface PanelledBlock extends Block {
  readonly wide: { readonly factor: Float64Array; readonly offset: Float64Array };
  readonly narrow: { readonly factor: Float32Array; readonly offset: Float32Array };
}

/** `origin` (D): what rows have had subtracted. */
export function panelComponent({ weight, mean, factor }: Component, origin: Float64Array): PanelledComponent {
  const width = mean.length;
  const centre = mean.map((value, d) => value - (origin[d] as number));
  const panels = rowPanels(factor, width);
  let constant = Math.log(weight) - (width / 2) * Math.log(2 * Math.PI);
  let factorSquares = 0;
  let offsetSquares = 0;
  const blocks = blocksOf(width).map(({ first, end }, b): PanelledBlock => {
    const panel = panels[b] as Float64Array;
    const offset = new Float64Array(end - first);
    for (let row = 0; row < offset.length; row++) {
      let dot = 0;
      for (let column = 0; column < end; column++) {
        const value = panel[row * end + column] as number;
        dot += value * (centre[column] as number);
        factorSquares += value * value;
      }
      offset[row] = -dot;
      offsetSquares += dot * dot;
      constant += Math.log(panel[row * end + first + row] as number);
    }
    return {
      first,
      end,
      wide: { factor: panel, offset },
      narrow: { factor: Float32Array.from(panel), offset: Float32Array.from(offset) },
    };
  });
  return {
    constant,
    centre,
    blocks,
    norms: { factor: Math.sqrt(factorSquares), offset: Math.sqrt(offsetSquares) },
  };
}
