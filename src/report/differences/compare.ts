/** Several experiments side by side: what differs in their parameters, their metrics, their time. */
import { canonicalText, compareCodePoints } from '../../graph/encoding.ts';
import type { RecordedMetric } from '../records/results.ts';
import type { Column, NumberColumn, Table, TablesFile } from '../../tables.ts';
import type { Side } from './differences.ts';
import { valueText } from '../value-text.ts';

export function comparisonTables(sides: readonly Side[]): TablesFile {
  const marks = [...new Set(sides.flatMap(({ results }) => results.marks))];
  const unmarked = sides.filter(({ results }) => marks.some((mark) => !results.marks.includes(mark)));
  const unlike = unlikeMetrics(sides);
  const warnings = [
    ...(unmarked.length === 0
      ? []
      : [
          `Not all are marked ${marks.join(', ')}: ${unmarked.map(({ label }) => label).join(', ')} ` +
            `${unmarked.length === 1 ? 'is' : 'are'} of another kind.`,
        ]),
    ...(unlike.length === 0
      ? []
      : [`Not comparable, for they are not of one unit and direction in all: ${unlike.join(', ')}.`]),
  ];
  return {
    format: 1,
    title:
      sides.length === 1
        ? `Results of ${sides[0]?.label}`
        : `${sides.map(({ label }) => label).join(', ')} side by side`,
    marks,
    warning: warnings.length === 0 ? null : warnings.join(' '),
    remarks: [],
    tables: [
      ...(sides.length === 1 ? [] : [parametersTable(sides)]),
      ...metricsTables(sides),
      timeTable(sides),
    ],
  };
}

/** Names of metrics whose unit or direction is not the same wherever they were measured. */
function unlikeMetrics(sides: readonly Side[]): readonly string[] {
  const all = sides.flatMap(({ results }) => results.metrics);
  return [...Map.groupBy(all, ({ name }) => name)]
    .filter(([, metrics]) => new Set(metrics.map(measureOf)).size > 1)
    .map(([name]) => name);
}

function parametersTable(sides: readonly Side[]): Table {
  const paths = [...new Set(sides.flatMap(({ results }) => Object.keys(results.parameters)))]
    .filter((path) => {
      const texts = sides.map(({ results: { parameters } }) => {
        const value = Object.hasOwn(parameters, path) ? parameters[path] : undefined;
        return value === undefined ? '' : canonicalText(value);
      });
      return new Set(texts).size > 1;
    })
    .toSorted(compareCodePoints);
  return {
    name: 'parameters',
    title: 'Parameters that differ',
    records: [],
    caption: paths.length === 0 ? 'None.' : '',
    columns: [
      { kind: 'text', header: 'Parameter', cells: paths },
      ...sides.map(({ label, results: { parameters } }): Column => ({
        kind: 'text',
        header: label,
        cells: paths.map((path) => valueText(Object.hasOwn(parameters, path) ? parameters[path] : undefined)),
      })),
    ],
  };
}

/**
 * One table for each direction, because the best is another thing in each. A metric that is of another unit in one of
 * the results has a row for each: its numbers do not stand against each other.
 */
function metricsTables(sides: readonly Side[]): readonly Table[] {
  const titles = {
    higher: 'Metrics, higher is better',
    lower: 'Metrics, lower is better',
    none: 'Other metrics',
  } as const;
  const all = sides.map(
    ({ results }) => new Map(results.metrics.map((metric) => [measureOf(metric), metric])),
  );
  const known = new Map<string, RecordedMetric>(all.flatMap((metrics) => [...metrics]));
  return (['higher', 'lower', 'none'] as const).flatMap((direction): Table[] => {
    const metrics = [...known.values()]
      .filter((metric) => metric.direction === direction)
      .toSorted((a, b) => compareCodePoints(a.name, b.name) || compareCodePoints(a.unit, b.unit));
    if (metrics.length === 0) return [];
    return [
      {
        name: `metrics-${direction}`,
        title: titles[direction],
        caption: '',
        records: [],
        columns: [
          { kind: 'text', header: 'Metric', cells: metrics.map(({ name }) => name) },
          { kind: 'text', header: 'Unit', cells: metrics.map(({ unit }) => (unit === '1' ? '' : unit)) },
          ...sides.map(({ label }, at): NumberColumn => ({
            kind: 'number',
            header: label,
            role: 'value',
            decimals: 0,
            significant: true,
            direction,
            ...(direction === 'none' ? {} : { ranked: 'across' }),
            cells: metrics.map((metric) => cellOf(all[at]?.get(measureOf(metric)))),
          })),
        ],
      },
    ];
  });
}

const measureOf = ({ name, unit, direction }: RecordedMetric): string =>
  JSON.stringify([name, unit, direction]);

function cellOf(metric: RecordedMetric | undefined): NumberColumn['cells'][number] {
  if (metric === undefined || metric.value === null) return null;
  const { value, deviation, repetitions } = metric;
  return deviation === undefined || repetitions === undefined ? value : { value, deviation, repetitions };
}

const timeTable = (sides: readonly Side[]): Table => ({
  name: 'time',
  title: 'Time',
  caption: 'Of all stages together, where they ran.',
  records: [],
  columns: [
    { kind: 'text', header: 'Experiment', cells: sides.map(({ label }) => label) },
    {
      kind: 'number',
      header: 'Seconds',
      role: 'count',
      decimals: 0,
      direction: 'lower',
      cells: sides.map(({ results }) => results.seconds),
    },
  ],
});
