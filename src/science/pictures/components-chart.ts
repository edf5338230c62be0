/** Fig. 4: detection over the number of components of the mixture. */
import { bestComponents as paperBest } from '../paper/paper.ts';
import type { EvaluationFile } from '../tables/evaluation-file.ts';
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { labelMark, labelPlaces } from './line-labels.ts';
import { colours, inks } from './theme.ts';

export interface ComponentsPoint {
  readonly components: number;
  readonly metric: 'AUC' | 'AP' | 'Acc';
  /** Per cent. */
  readonly mean: number;
  /** Standard deviation (n - 1) over `count` runs; 0 for one. */
  readonly deviation: number;
  readonly count: number;
}

const metrics = { AUC: 'auc', AP: 'ap', Acc: 'acc' } as const;

/** How far beside K a metric is drawn, so that bars of deviation do not hide one another. */
const besides: Readonly<Record<keyof typeof metrics, number>> = { AUC: -0.12, AP: 0.12, Acc: 0 };

/** Evaluations that differ in anything but K, as seeds do, become a mean and a deviation. */
export function componentsPoints(evaluations: readonly EvaluationFile[]): ComponentsPoint[] {
  const numbers = [...new Set(evaluations.map(({ components }) => components))].toSorted((a, b) => a - b);
  return numbers.flatMap((components) =>
    Object.entries(metrics).map(([metric, key]) => {
      const values = evaluations
        .filter((evaluation) => evaluation.components === components)
        .map(({ mean }) => 100 * mean[key]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return {
        components,
        metric: metric as keyof typeof metrics,
        mean: shortened(mean),
        deviation: values.length > 1 ? shortened(Math.sqrt(squares / (values.length - 1))) : 0,
        count: values.length,
      };
    }),
  );
}

export function componentsChart(points: readonly ComponentsPoint[], simulated: boolean): Specification {
  const runs = Math.max(...points.map(({ count }) => count));
  const numbers = [...new Set(points.map(({ components }) => components))];
  const last = Math.max(...numbers);
  const values = points.map((point) => ({
    ...point,
    place: point.components + (runs > 1 ? besides[point.metric] : 0),
    low: shortened(point.mean - point.deviation),
    high: shortened(point.mean + point.deviation),
  }));
  const range = Math.max(...values.map(({ high }) => high)) - Math.min(...values.map(({ low }) => low));
  const x = {
    field: 'place',
    type: 'quantitative',
    title: 'K, components of the mixture',
    scale: { nice: false, domain: [Math.min(...numbers) - 0.4, last + 0.4] },
    axis: { values: numbers, grid: false },
  };
  const colour = {
    field: 'metric',
    type: 'nominal',
    legend: null,
    scale: { domain: Object.keys(metrics), range: [colours.first, colours.second, colours.third] },
  };
  const shape = {
    field: 'metric',
    type: 'nominal',
    legend: null,
    scale: { domain: Object.keys(metrics), range: ['circle', 'square', 'triangle-up'] },
  };
  return {
    $schema: schema,
    title: heading(
      'Fig. 4: how many components?',
      `Validation set; ${runs > 1 ? `mean and standard deviation of ${runs} runs` : 'one run'}. Dashed: the paper's choice.`,
      simulated,
    ),
    width: 460,
    height: 260,
    data: { values },
    layer: [
      {
        data: { values: [{ paper: paperBest }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: inks.faint },
        encoding: { x: { field: 'paper', type: 'quantitative' } },
      },
      ...(runs > 1
        ? [
            {
              mark: { type: 'rule', strokeWidth: 2.5 },
              encoding: { x, y: y('low'), y2: { field: 'high' }, color: colour },
            },
          ]
        : []),
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y: y('mean'), color: colour } },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x, y: y('mean'), color: colour, shape },
      },
      {
        data: {
          values: labelPlaces(
            values.filter(({ components }) => components === last),
            ({ mean }) => mean,
            range,
          ).map(({ end, at }) => ({ metric: end.metric, place: last, at: shortened(at) })),
        },
        mark: labelMark,
        encoding: { x, y: y('at'), color: colour, text: { field: 'metric' } },
      },
    ],
  };
}

const y = (field: string) => ({
  field,
  type: 'quantitative',
  title: 'mean over the generators, %',
  scale: { zero: false },
});
