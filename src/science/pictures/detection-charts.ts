/** One generator a panel: ROC, precision over recall, and the log-likelihoods on both sides of the threshold. */
import { precisionRecallCurve, rocCurve, type CurvePlace } from '../metrics/curves.ts';
import type { EvaluationFile } from '../tables/evaluation-file.ts';
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { histogramOf, likelihoodRange } from './histogram.ts';
import { colours, inks } from './theme.ts';

/** Log-likelihoods of one evaluation. */
export interface Detections {
  readonly evaluation: EvaluationFile;
  readonly real: Float64Array;
  /** By the names in the evaluation. */
  readonly generated: ReadonlyMap<string, Float64Array>;
}

export function rocChart(detections: Detections, simulated: boolean): Specification {
  const { evaluation, real } = detections;
  const rows = panels(detections, 'auc', 'AUC').flatMap(({ panel, scores }) => {
    const curve = rocCurve(real, scores).map(({ x, y }) => ({ panel, kind: 'curve', x, y }));
    const kept = 1 - evaluation.falseAlarmRate;
    const passed = scores.filter((score) => score >= evaluation.threshold).length / scores.length;
    return [
      ...curve,
      { panel, kind: 'chance', x: 0, y: 0 },
      { panel, kind: 'chance', x: 1, y: 1 },
      { panel, kind: 'threshold', x: passed, y: kept },
    ];
  });
  return curves(rows, {
    title: heading(
      'ROC of each generator',
      'Real faces are the positive class. Dot: at the threshold; dashed: chance.',
      simulated,
    ),
    order: panels(detections, 'auc', 'AUC').map(({ panel }) => panel),
    x: 'generated taken for real',
    y: 'real kept',
    interpolate: 'linear',
  });
}

export function precisionRecallChart(detections: Detections, simulated: boolean): Specification {
  const { real } = detections;
  const rows = panels(detections, 'ap', 'AP').flatMap(({ panel, scores }) => [
    ...thinned(precisionRecallCurve(real, scores)).map(({ x, y }) => ({ panel, kind: 'curve', x, y })),
    { panel, kind: 'chance', x: 0, y: 0.5 },
    { panel, kind: 'chance', x: 1, y: 0.5 },
  ]);
  return curves(rows, {
    title: heading(
      'Precision and recall of each generator',
      'Real faces are the positive class; both classes weigh the same. Dashed: chance.',
      simulated,
    ),
    order: panels(detections, 'ap', 'AP').map(({ panel }) => panel),
    x: 'recall',
    y: 'precision',
    interpolate: 'step-before',
  });
}

export function likelihoodChart(detections: Detections, simulated: boolean): Specification {
  const { evaluation, real, generated } = detections;
  const range = likelihoodRange(real, [...generated.values()], evaluation.threshold);
  const barsOf = (scores: Float64Array) =>
    histogramOf(scores, range).map(({ from, to, share }) => ({
      from: shortened(from),
      to: shortened(to),
      share: shortened(100 * share),
    }));
  const shown = panels(detections, 'acc', 'Acc');
  const bars = { real: barsOf(real), generated: shown.map(({ scores }) => barsOf(scores)) };
  const highest = Math.max(...[bars.real, ...bars.generated].flat().map(({ share }) => share));
  const values = shown.flatMap(({ panel }, at) => [
    ...bars.real.map((bar) => ({ panel, kind: 'photographic', ...bar })),
    ...outlineOf(bars.generated[at] ?? []).map((corner) => ({ panel, kind: 'generated', ...corner })),
    { panel, kind: 'threshold', from: shortened(evaluation.threshold) },
  ]);
  const colour = {
    field: 'kind',
    type: 'nominal',
    title: null,
    scale: { domain: ['photographic', 'generated'], range: [colours.photographic, colours.generated] },
  };
  const x = {
    field: 'from',
    type: 'quantitative',
    title: 'log-likelihood',
    scale: { domain: [range.low, range.high], nice: false },
    axis: { grid: false, tickCount: 4 },
  };
  const y = {
    field: 'share',
    type: 'quantitative',
    title: '% of images',
    scale: { domain: [0, 1.08 * highest], nice: true },
    axis: { tickCount: 4 },
  };
  return {
    $schema: schema,
    title: heading(
      'Log-likelihoods under the mixture',
      `Dashed: the threshold; left of it a face counts as generated. ${range.clipped ? 'The first bar holds all below.' : ''}`,
      simulated,
    ),
    data: { values },
    facet: {
      field: 'panel',
      type: 'nominal',
      title: null,
      sort: shown.map(({ panel }) => panel),
    },
    columns: 3,
    spacing: 24,
    spec: {
      width: 170,
      height: 110,
      layer: [
        {
          transform: [{ filter: "datum.kind == 'photographic'" }],
          mark: { type: 'rect', opacity: 0.4 },
          encoding: { x, x2: { field: 'to' }, y, y2: { datum: 0 }, color: colour },
        },
        {
          transform: [{ filter: "datum.kind == 'generated'" }],
          mark: { type: 'line', strokeWidth: 1.8 },
          encoding: { x, y, color: colour, order: { field: 'at', type: 'quantitative' } },
        },
        {
          transform: [{ filter: "datum.kind == 'threshold'" }],
          mark: { type: 'rule', strokeDash: [4, 3], color: inks.text },
          encoding: { x },
        },
      ],
    },
  };
}

/** Around the bars, from the base line and back to it. */
function outlineOf(bars: readonly { readonly from: number; readonly to: number; readonly share: number }[]) {
  const [first, last] = [bars.at(0), bars.at(-1)];
  if (first === undefined || last === undefined) return [];
  const corners = [
    { from: first.from, share: 0 },
    ...bars.flatMap(({ from, to, share }) => [
      { from, share },
      { from: to, share },
    ]),
    { from: last.to, share: 0 },
  ];
  return corners.map((corner, at) => ({ ...corner, at }));
}

/** Without the places that lie closer to the one before than a picture can show. */
function thinned(places: readonly CurvePlace[]): CurvePlace[] {
  let last: CurvePlace | undefined;
  return places.filter((place, at) => {
    const near =
      last !== undefined && Math.abs(place.x - last.x) < 0.005 && Math.abs(place.y - last.y) < 0.005;
    if (near && at < places.length - 1) return false;
    last = place;
    return true;
  });
}

/** In the order of the evaluation. */
function panels(
  { evaluation, generated }: Detections,
  metric: 'auc' | 'ap' | 'acc',
  word: string,
): { readonly panel: string; readonly scores: Float64Array }[] {
  return evaluation.generators.map((generator) => ({
    panel: `${generator.name}: ${word} ${(100 * generator[metric]).toFixed(1)}`,
    scores: generated.get(generator.name) ?? new Float64Array(0),
  }));
}

const axis = (field: string, title: string) => ({
  field,
  type: 'quantitative',
  title,
  scale: { domain: [0, 1] },
  axis: { values: [0, 0.5, 1], format: '.1~f' },
});

interface CurvesOptions {
  readonly title: Specification;
  readonly order: readonly string[];
  readonly x: string;
  readonly y: string;
  readonly interpolate: string;
}

function curves(
  rows: readonly { readonly x: number; readonly y: number }[],
  { title, order, x, y, interpolate }: CurvesOptions,
): Specification {
  const encoding = { x: axis('x', x), y: axis('y', y) };
  return {
    $schema: schema,
    title,
    data: { values: rows.map((row, at) => ({ ...row, x: shortened(row.x), y: shortened(row.y), at })) },
    facet: { field: 'panel', type: 'nominal', title: null, sort: order },
    columns: 3,
    spacing: 24,
    spec: {
      width: 160,
      height: 160,
      layer: [
        {
          transform: [{ filter: "datum.kind == 'chance'" }],
          mark: { type: 'line', strokeDash: [4, 3], strokeWidth: 1, color: inks.faint },
          encoding: { ...encoding, order: { field: 'at', type: 'quantitative' } },
        },
        {
          transform: [{ filter: "datum.kind == 'curve'" }],
          mark: { type: 'line', interpolate, strokeWidth: 2, color: colours.first },
          encoding: { ...encoding, order: { field: 'at', type: 'quantitative' } },
        },
        {
          transform: [{ filter: "datum.kind == 'threshold'" }],
          mark: { type: 'point', filled: true, size: 60, opacity: 1, color: colours.second },
          encoding,
        },
      ],
    },
  };
}
