/** Differences as tables, for every form in which tables are given out. */
import type { Json } from '../../json.ts';
import type { Column, Table, TablesFile } from '../../tables.ts';
import type { Differences, MetricDifference, StageChange, ValueChange } from './differences.ts';
import type { Measured } from './noise.ts';

export interface DifferenceOptions {
  /** Metrics that did not change are only counted, unless this asks for them. */
  readonly all?: boolean;
  /** What a gate refuses. */
  readonly failures?: readonly MetricDifference[];
}

export function differenceTables(
  { before, after, experiment, marks, unequalMarks, metrics, parameters, stages }: Differences,
  { all = false, failures = [] }: DifferenceOptions = {},
): TablesFile {
  const shown = metrics.filter(({ verdict }) => all || verdict !== 'equal');
  const equal = metrics.length - shown.length;
  const refused =
    failures.length === 0 ? [] : [`The gate refuses: ${failures.map(({ name }) => name).join(', ')}.`];
  const unequal =
    unequalMarks.length === 0
      ? []
      : [`Only one side is marked ${unequalMarks.join(', ')}: they do not compare.`];
  return {
    format: 1,
    title: `${experiment}: ${after} against ${before}`,
    marks,
    warning: [...refused, ...unequal].length === 0 ? null : [...refused, ...unequal].join(' '),
    remarks: [
      ...(equal === 0 ? [] : [`${equal} ${equal === 1 ? 'metric is' : 'metrics are'} as before.`]),
      ...(parameters.length === 0 ? ['No parameter changed.'] : []),
      ...(stages.length === 0 ? ['No stage changed.'] : []),
    ],
    tables: [
      ...(shown.length === 0 ? [] : [metricTable(shown, new Set(failures))]),
      ...(parameters.length === 0 ? [] : [parameterTable(parameters)]),
      ...(stages.length === 0 ? [] : [stageTable(stages)]),
    ],
  };
}

function metricTable(metrics: readonly MetricDifference[], failures: ReadonlySet<MetricDifference>): Table {
  return {
    name: 'metrics',
    title: 'Metrics',
    caption: '',
    records: [],
    columns: [
      column('Metric', metrics, ({ name }) => name),
      column('Before', metrics, ({ before }) => measured(before)),
      column('After', metrics, ({ after }) => measured(after)),
      column('Change', metrics, ({ change }) =>
        change === null ? '' : `${change > 0 ? '+' : ''}${short(change)}`,
      ),
      column('Unit', metrics, ({ unit }) => (unit === '1' ? '' : unit)),
      column('', metrics, (metric) => `${verdictText(metric)}${failures.has(metric) ? ', refused' : ''}`),
    ],
  };
}

function verdictText({ verdict, withinNoise }: MetricDifference): string {
  const noise = withinNoise === null ? '' : withinNoise ? ', within noise' : ', beyond noise';
  return `${verdict}${noise}`;
}

const parameterTable = (parameters: readonly ValueChange[]): Table => ({
  name: 'parameters',
  title: 'Parameters',
  caption: '',
  records: [],
  columns: [
    column('Parameter', parameters, ({ path }) => path),
    column('Before', parameters, ({ before }) => valueText(before)),
    column('After', parameters, ({ after }) => valueText(after)),
  ],
});

const stageTable = (stages: readonly StageChange[]): Table => ({
  name: 'stages',
  title: 'Stages',
  caption: '',
  records: [],
  columns: [
    column('Stage', stages, ({ stage }) => stage),
    column('Change', stages, ({ change }) => change),
    column('Result', stages, ({ change, sameResult }) =>
      change === 'new' || change === 'gone' ? '' : sameResult ? 'same bytes' : 'other bytes',
    ),
  ],
});

const column = <Row>(header: string, rows: readonly Row[], of: (row: Row) => string): Column => ({
  kind: 'text',
  header,
  cells: rows.map(of),
});

/** `72.31 ± 0.4 (n = 3)`. */
function measured(metric: Measured | null | undefined): string {
  if (metric === null || metric === undefined) return '';
  const { value, deviation, repetitions } = metric;
  if (deviation === undefined || repetitions === undefined) return short(value);
  return `${short(value)} ± ${Number(deviation.toPrecision(2))} (n = ${repetitions})`;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));

export function valueText(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
