/** The course of pretraining: losses, what was measured on faces held out, and the learning rate, over the steps. */
import { tagWords } from '../exif/tag-words.ts';
import { tagNames } from '../exif/tags.ts';
import type { CurvePoint } from '../ranking/curve.ts';
import type { Measurement } from '../ranking/held-out-course.ts';
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { labelMark, labelPlaces } from './line-labels.ts';
import { colours, inks } from './theme.ts';

/** `points` are at least one, and at the last step taken there is one. */
export function trainingChart(
  points: readonly CurvePoint[],
  measurements: readonly Measurement[],
  simulated: boolean,
): Specification {
  const whole = wholePoints(points);
  const isMeasured = measurements.length > 0;
  const steps = points.at(-1)?.step ?? 1;
  const shared = stepAxis(steps, null);
  const size = { width: 460, height: isMeasured ? 180 : 220 };
  return {
    $schema: schema,
    title: heading(
      'Pretraining',
      isMeasured
        ? 'Loss, mean of every 20 steps; measures on faces held out; learning rate.'
        : 'Fidelity loss, mean of every 20 steps; below, the learning rate.',
      simulated,
    ),
    spacing: 12,
    resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } },
    vconcat: [
      { ...size, ...lossPanel(whole, shared) },
      ...(isMeasured ? [{ ...size, ...heldOutPanel(measurements, shared) }] : []),
      { ...size, height: 60, ...ratePanel(whole, stepAxis(steps, 'step')) },
    ],
  };
}

/** Of panels that stand above one another. */
const stepAxis = (steps: number, title: string | null): Specification => ({
  field: 'step',
  type: 'quantitative',
  title,
  scale: { domain: [0, steps], nice: false },
  axis: { grid: false, tickCount: 8, labels: title !== null },
});

/** A part looks the same whichever others there are. */
const lossParts = [
  { name: 'total', colour: colours.first, dash: [1, 0] },
  { name: 'exif', colour: colours.second, dash: [6, 3] },
  { name: 'manipulation', colour: colours.third, dash: [2, 2] },
] as const;

function lossPanel(points: readonly CurvePoint[], x: Specification): Specification {
  const values = points.flatMap(({ step, loss }) =>
    Object.entries(loss).map(([name, value]) => ({
      step,
      part: name.replace(/^loss\./, ''),
      loss: shortened(value),
    })),
  );
  const parts = lossParts.filter(({ name }) => values.some(({ part }) => part === name));
  const shown = parts.length === 2 ? parts.slice(1) : parts; // With one part the total says nothing more.
  const names: readonly string[] = shown.map(({ name }) => name);
  const channel = (range: readonly unknown[]): Specification => ({
    field: 'part',
    type: 'nominal',
    title: null,
    scale: { domain: names, range },
  });
  return {
    data: { values: values.filter(({ part }) => names.includes(part)) },
    mark: lineMark(points, 2),
    encoding: {
      x,
      y: { field: 'loss', type: 'quantitative', title: 'loss' },
      color: channel(shown.map(({ colour }) => colour)),
      strokeDash: channel(shown.map(({ dash }) => dash)),
    },
  };
}

const chance = 50; // per cent, of the ranking and of the area under the ROC

/** In the order of the measures: the tags, then the manipulation. */
const measureChannel = (range: readonly string[]): Specification => ({
  field: 'measure',
  type: 'nominal',
  legend: null,
  scale: { domain: [...tagNames.map((tag) => tagWords[tag]), 'manipulation'], range },
});

function heldOutPanel(measurements: readonly Measurement[], x: Specification): Specification {
  const values = measurements.flatMap(({ step, ranking, manipulation }) => [
    ...tagNames.flatMap((tag) => {
      const share = ranking[tag];
      return share === undefined ? [] : [{ step, measure: tagWords[tag], value: shortened(100 * share) }];
    }),
    ...(manipulation === null
      ? []
      : [{ step, measure: 'manipulation', value: shortened(100 * manipulation) }]),
  ]);
  const last = measurements.at(-1)?.step;
  const all = [chance, ...values.map(({ value }) => value)];
  const range = Math.max(...all) - Math.min(...all);
  const ends = labelPlaces(
    values.filter(({ step }) => step === last),
    ({ value }) => value,
    1.4 * range, // Two fifths more than in a panel of full height.
  ).map(({ end, at }) => ({ step: end.step, measure: end.measure, value: shortened(at) }));
  const y = { field: 'value', type: 'quantitative', title: 'held out, %', scale: { zero: false } };
  const color = measureChannel([colours.first, colours.second, colours.fourth, inks.text, colours.third]);
  const shape = measureChannel(['circle', 'square', 'triangle-up', 'diamond', 'cross']);
  return {
    layer: [
      {
        data: { values: [{ value: chance }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: inks.faint },
        encoding: { y },
      },
      { data: { values }, mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } },
      ...(measurements.length > mostPoints
        ? []
        : [
            {
              data: { values },
              mark: { type: 'point', filled: true, size: 40, opacity: 1 },
              encoding: { x, y, color, shape },
            },
          ]),
      {
        data: { values: ends },
        mark: labelMark,
        encoding: { x, y, color, text: { field: 'measure' } },
      },
    ],
  };
}

function ratePanel(points: readonly CurvePoint[], x: Specification): Specification {
  return {
    data: { values: points.map(({ step, learningRate }) => ({ step, rate: shortened(learningRate) })) },
    mark: { ...lineMark(points, 1.5), color: inks.faint },
    encoding: {
      x,
      y: {
        field: 'rate',
        type: 'quantitative',
        title: 'rate',
        axis: { tickCount: 2, format: '~g' },
      },
    },
  };
}

/** More points on a line than this hide one another. */
const mostPoints = 40;

/** A single point would be no line at all. */
const lineMark = (points: readonly CurvePoint[], strokeWidth: number): Specification => ({
  type: 'line',
  strokeWidth,
  ...(points.length === 1 ? { point: { filled: true, size: 40 } } : {}),
});

/** Without a last point that stands for fewer steps than the others: it would be a hook at the end of the line. */
function wholePoints(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const [usual, before, last] = [points.at(0), points.at(-2), points.at(-1)];
  if (usual === undefined || before === undefined || last === undefined) return points;
  return last.step - before.step < usual.step ? points.slice(0, -1) : points;
}
