/** Differences as tables, for every form in which tables are given out. */
import type { Column, Table, TablesFile } from '../../tables.ts';
import type { Differences, MetricDifference, StageChange, ValueChange } from './differences.ts';
import { obstacles } from './gate.ts';
import type { RecordedMetric } from '../records/results.ts';
import type { Stale } from '../records/staleness.ts';
import { significantText } from '../tables/number-text.ts';
import { valueText } from '../value-text.ts';

export interface DifferenceOptions {
  /** Metrics that did not change are only counted, and long tables cut, unless this asks for them. */
  readonly all?: boolean;
  /** What a gate refuses. */
  readonly failures?: readonly MetricDifference[];
  /** A gate was asked for: it fails where not everything can be compared. */
  readonly gate?: boolean;
}

/** More rows of one table than a reviewer reads. */
const mostRows = 40;

export function differenceTables(
  differences: Differences,
  { all = false, failures = [], gate = false }: DifferenceOptions = {},
): TablesFile {
  const { before, after, experiment, marks, unequalMarks, stale, isPartial, ...changes } = differences;
  const refused = new Set(failures);
  const changed = changes.metrics.filter(({ verdict }) => all || verdict !== 'equal');
  const equal = changes.metrics.length - changed.length;
  const most = all ? Infinity : mostRows;
  const metrics = cut(changed, most, (metric) => refused.has(metric));
  const parameters = cut(changes.parameters, most);
  const stages = cut(changes.stages, most);
  const isKnown = stale.length === 0 && !isPartial;
  const warnings = [
    ...stale.map(staleText),
    ...(gate ? obstacles(differences).map((obstacle) => `The gate fails: ${obstacle}.`) : []),
    ...(failures.length === 0 ? [] : [`The gate refuses: ${failures.map(({ name }) => name).join(', ')}.`]),
    ...(unequalMarks.length === 0
      ? []
      : [`Only one side is marked ${unequalMarks.join(', ')}: they do not compare.`]),
  ];
  return {
    format: 1,
    title: `${experiment}: ${after} against ${before}`,
    marks,
    warning: warnings.length === 0 ? null : warnings.join(' '),
    remarks: [
      ...changes.remarks,
      ...(equal === 0 ? [] : [equalText(equal, stale.length > 0)]),
      ...leftOut('metric', changed.length - metrics.length),
      ...(parameters.length === 0 && isKnown ? ['No parameter changed.'] : []),
      ...leftOut('parameter', changes.parameters.length - parameters.length),
      ...(stages.length === 0 && isKnown ? ['No stage changed.'] : []),
      ...leftOut('stage', changes.stages.length - stages.length),
    ],
    tables: [
      ...(stale.length === 0 ? [] : [staleTable(stale, most)]),
      ...(metrics.length === 0 ? [] : [metricTable(metrics, refused)]),
      ...(parameters.length === 0 ? [] : [parameterTable(parameters)]),
      ...(stages.length === 0 ? [] : [stageTable(stages)]),
    ],
  };
}

const mostNamed = 3;

/** **stale**: which parameters it was recorded with, what is configured, and what mends it. */
function staleText({ label, mismatches, remedy }: Stale): string {
  const named = mismatches.slice(0, mostNamed).map(({ name, recorded, configured }) => {
    if (name.startsWith('stage ')) return `${name}: ${valueText(configured)}`;
    return `recorded with ${name} = ${valueText(recorded)}, configured is ${valueText(configured)}`;
  });
  const more = mismatches.length > named.length ? `; and ${mismatches.length - named.length} more` : '';
  return `Results are stale: those of ${label} are not of the configuration (${named.join('; ')}${more}). What mends it: ${remedy}.`;
}

const equalText = (count: number, isStale: boolean): string =>
  isStale
    ? `${count} of the recorded metrics ${count === 1 ? 'is' : 'are'} equal, which says nothing of the configuration.`
    : `${count} ${count === 1 ? 'metric is' : 'metrics are'} as before.`;

function staleTable(stale: readonly Stale[], most: number): Table {
  const rows = stale.flatMap(({ label, mismatches, remedy }) =>
    mismatches.slice(0, most).map((one, at) => ({ label, remedy: at === 0 ? remedy : '', ...one })),
  );
  return {
    name: 'stale',
    title: 'Stale results',
    caption: '',
    records: [],
    columns: [
      column('Results', rows, ({ label }) => label),
      column('Not of the configuration', rows, ({ name }) => name),
      column('Recorded', rows, ({ name, recorded }) =>
        name.startsWith('stage ') ? '' : valueText(recorded),
      ),
      column('Configured', rows, ({ configured }) => valueText(configured)),
      // Here it is on one line, to be copied.
      column('What mends it', rows, ({ remedy }) => remedy),
    ],
  };
}

/** The first `most`, and of the others those that must not be missed. */
const cut = <Row>(rows: readonly Row[], most: number, needed: (row: Row) => boolean = () => false): Row[] =>
  rows.filter((row, at) => at < most || needed(row));

const leftOut = (what: string, count: number): readonly string[] =>
  count === 0
    ? []
    : [`${count} more changed ${what}${count === 1 ? '' : 's'} left out: pipe diff --all shows them.`];

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
      column('Unit', metrics, unitText),
      column('', metrics, (metric) => `${verdictText(metric)}${failures.has(metric) ? ', refused' : ''}`),
    ],
  };
}

/** `percent`, `1 -> percent`. */
function unitText({ before, after, unit }: MetricDifference): string {
  const [was, is] = [before?.unit ?? unit, after?.unit ?? unit];
  return was === is ? (unit === '1' ? '' : unit) : `${was || 'none'} -> ${is || 'none'}`;
}

function verdictText({ verdict, withinNoise, before, after }: MetricDifference): string {
  const [was, is] = [before?.direction, after?.direction];
  if (verdict === 'not comparable' && was !== is) return `${verdict}: better was ${was}, is ${is}`;
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
    column('Change', stages, changeText),
    column('Result', stages, ({ sameResult }) =>
      sameResult === null ? '' : sameResult ? 'same bytes' : 'other bytes',
    ),
  ],
});

/** `code; declaration: inputs.faces, with`. */
function changeText({ change, declaration }: StageChange): string {
  const parts = declaration.length === 0 ? '' : `declaration: ${declaration.join(', ')}`;
  return [change === 'declaration' ? '' : change, parts].filter((text) => text !== '').join('; ');
}

const column = <Row>(header: string, rows: readonly Row[], of: (row: Row) => string): Column => ({
  kind: 'text',
  header,
  cells: rows.map(of),
});

/** `72.31 ± 0.4 (n = 3)`. */
function measured(metric: RecordedMetric | null): string {
  if (metric === null) return '';
  const { value, deviation, repetitions } = metric;
  if (value === null) return 'no value';
  if (deviation === undefined || repetitions === undefined) return short(value);
  return `${short(value)} ± ${Number(deviation.toPrecision(2))} (n = ${repetitions})`;
}

const short = (value: number): string => significantText(value, 5);
