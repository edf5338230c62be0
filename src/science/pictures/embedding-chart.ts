/** Fig. 5: features in the plane, photographic and generated faces. */
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { colours } from './theme.ts';

export interface EmbeddedFace {
  readonly x: number;
  readonly y: number;
  /** `photographic`, or the generator's name. */
  readonly source: string;
}

export function embeddingChart(
  faces: readonly EmbeddedFace[],
  trust: number,
  simulated: boolean,
): Specification {
  const kinds = ['photographic', 'generated'];
  const values = faces.map(({ x, y, source }) => ({
    x: shortened(x),
    y: shortened(y),
    source,
    kind: source === 'photographic' ? 'photographic' : 'generated',
  }));
  return {
    $schema: schema,
    title: heading(
      'Fig. 5: features in the plane',
      `t-SNE of ${faces.length} test faces, trustworthiness ${trust.toFixed(3)}.`,
      simulated,
    ),
    width: 520,
    height: 440,
    data: { values },
    mark: { type: 'point', filled: true, size: 26, opacity: 0.75 },
    encoding: {
      x: axis('x'),
      y: axis('y'),
      color: {
        field: 'kind',
        type: 'nominal',
        title: null,
        scale: { domain: kinds, range: [colours.photographic, colours.generated] },
      },
      shape: {
        field: 'kind',
        type: 'nominal',
        title: null,
        scale: { domain: kinds, range: ['circle', 'triangle-up'] },
      },
    },
  };
}

const axis = (field: string) => ({
  field,
  type: 'quantitative',
  axis: null,
  scale: { zero: false, nice: false, padding: 8 },
});
