/** `node bench/mixture/plot.ts`: draws `growth.json`, which `npm run bench -- mixture growth` wrote, into docs/pictures. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { heading, schema } from '../../src/science/pictures/charts.ts';
import { draw, type Specification } from '../../src/science/pictures/draw.ts';
import { colours, inks } from '../../src/science/pictures/theme.ts';
import type { GrowthPoint } from './growth.ts';

const points = JSON.parse(await readFile(join(import.meta.dirname, 'growth.json'), 'utf8')) as GrowthPoint[];
const axes = [...new Set(points.map(({ axis }) => axis))];
const times = points.flatMap(({ seconds, limitSeconds }) => [seconds, limitSeconds]);
const range = [Math.min(...times) / 1.5, Math.max(...times) * 1.5];
const { png } = await draw(
  {
    $schema: schema,
    title: heading(
      'Processor time of one iteration',
      'With a first maximisation and a last expectation; N = 8,000, D = 384, K = 4 but for the axis. Logarithmic.',
      false,
    ),
    spacing: 24,
    hconcat: axes.map((axis, i) =>
      panel(
        axis,
        points.filter((point) => point.axis === axis),
        i === 0,
      ),
    ),
  },
  'Processor time of one iteration over the number of rows, columns and components, beside the least arithmetic',
);
await writeFile(join(import.meta.dirname, '../../docs/pictures/mixture-growth.png'), png);

/** Ours and the limit over one axis. */
function panel(axis: string, points: readonly GrowthPoint[], isFirst: boolean): Specification {
  const values = points.flatMap(({ value, seconds, limitSeconds }) => [
    { value, seconds, of: 'measured' },
    { value, seconds: limitSeconds, of: 'limit' },
  ]);
  const x = {
    field: 'value',
    type: 'quantitative',
    title: axis,
    scale: { type: 'log', nice: false },
    axis: { values: points.map(({ value }) => value), format: ',d', grid: false, labelOverlap: true },
  };
  const y = {
    field: 'seconds',
    type: 'quantitative',
    title: isFirst ? 'seconds of a processor' : null,
    scale: { type: 'log', domain: range, nice: false },
    axis: { values: [0.01, 0.1, 1, 10, 100], format: '~g' },
  };
  const domain = ['measured', 'limit'];
  const color = {
    field: 'of',
    type: 'nominal',
    title: null,
    scale: { domain, range: [colours.first, inks.faint] },
  };
  const shape = {
    field: 'of',
    type: 'nominal',
    title: null,
    scale: { domain, range: ['circle', 'triangle-up'] },
  };
  return {
    width: 220,
    height: 260,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x, y, color, shape } },
    ],
  };
}
