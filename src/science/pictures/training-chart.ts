/** The course of pretraining: losses and learning rate over the steps. */
import type { CurvePoint } from '../ranking/curve.ts';
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { colours, inks } from './theme.ts';

const order = ['total', 'exif', 'manipulation'];

export function trainingChart(all: readonly CurvePoint[], simulated: boolean): Specification {
  const points = wholePoints(all);
  const values = points.flatMap(({ step, loss }) =>
    Object.entries(loss).map(([name, value]) => ({
      step,
      part: name.replace(/^loss\./, ''),
      loss: shortened(value),
    })),
  );
  const parts = order.filter((name) => values.some(({ part }) => part === name));
  const shown = parts.length === 2 ? parts.slice(1) : parts; // With one part the total says nothing more.
  const rates = points.map(({ step, learningRate }) => ({ step, rate: shortened(learningRate) }));
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'step',
    scale: { domain: [0, points.at(-1)?.step ?? 1], nice: false },
    axis: { grid: false, tickCount: 8 },
  };
  const scale = {
    domain: shown,
    range: [colours.first, colours.second, colours.third].slice(0, shown.length),
  };
  return {
    $schema: schema,
    title: heading(
      'Pretraining',
      'Fidelity loss, mean of every 20 steps; below, the learning rate.',
      simulated,
    ),
    spacing: 12,
    vconcat: [
      {
        width: 460,
        height: 220,
        data: { values: values.filter(({ part }) => shown.includes(part)) },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          x: { ...x, title: null },
          y: { field: 'loss', type: 'quantitative', title: 'loss' },
          color: { field: 'part', type: 'nominal', title: null, scale },
          strokeDash: {
            field: 'part',
            type: 'nominal',
            title: null,
            scale: {
              domain: shown,
              range: [
                [1, 0],
                [6, 3],
                [2, 2],
              ].slice(0, shown.length),
            },
          },
        },
      },
      {
        width: 460,
        height: 60,
        data: { values: rates },
        mark: { type: 'line', strokeWidth: 1.5, color: inks.faint },
        encoding: {
          x,
          y: {
            field: 'rate',
            type: 'quantitative',
            title: 'rate',
            axis: { tickCount: 2, format: '~g' },
          },
        },
      },
    ],
  };
}

/** Without a last point that stands for fewer steps than the others: it would be a hook at the end of the line. */
function wholePoints(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const [usual, before, last] = [points.at(0), points.at(-2), points.at(-1)];
  if (usual === undefined || before === undefined || last === undefined) return points;
  return last.step - before.step < usual.step ? points.slice(0, -1) : points;
}
