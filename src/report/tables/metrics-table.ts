/** The metrics of an artifact as a table, for stages that bring no tables of their own. */
import type { Metric } from '../../stage.ts';
import type { Table, TablesFile } from '../../tables.ts';

export function metricsTable(
  title: string,
  metrics: readonly Metric[],
  marks: readonly string[],
): TablesFile {
  return {
    format: 1,
    title,
    marks,
    warning: null,
    remarks: metrics.length === 0 ? ['No metrics were reported.'] : [],
    tables: metrics.length === 0 ? [] : [tableOf(metrics)],
  };
}

function tableOf(metrics: readonly Metric[]): Table {
  const text = (header: string, of: (metric: Metric) => string) =>
    ({ kind: 'text', header, cells: metrics.map(of) }) as const;
  const number = { kind: 'number', direction: 'none' } as const;
  return {
    name: 'metrics',
    title: 'Metrics',
    caption: '',
    columns: [
      text('metric', ({ name }) => name),
      {
        ...number,
        header: 'value',
        role: 'value',
        decimals: 0,
        significant: true,
        cells: metrics.map(({ value }) => value),
      },
      text('unit', ({ unit }) => unit),
      text('better', ({ direction }) => (direction === 'none' ? '' : direction)),
      {
        ...number,
        header: 'count',
        role: 'count',
        decimals: 0,
        cells: metrics.map(({ count }) => count ?? null),
      },
    ],
    records: [],
  };
}
