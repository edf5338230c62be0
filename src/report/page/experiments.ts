/** The experiments in the store, a table a stage: parameters that differ, metrics, time. */
import { html, type Html } from '../text/html.ts';
import { dash, significantText } from '../tables/number-text.ts';
import { secondsText } from './duration.ts';
import type { Comparison } from './report.ts';
import { sortable } from './table.ts';

const mostColumns = 12;

export function comparisonsSection(comparisons: readonly Comparison[]): Html | undefined {
  if (comparisons.length === 0) return undefined;
  return html`${comparisons.map(table)}`;
}

function table({ stage, parameters, metrics, rows }: Comparison): Html {
  const shown = metrics.slice(0, mostColumns);
  return html`<h3>${stage}</h3>
    <p>
      ${rows.length === 1 ? 'The store holds one result.' : `The ${rows.length} results in the store, the newest first. Columns: the parameters that differ, then metrics.`}${metrics.length > shown.length && ` The first ${shown.length} of ${metrics.length} metrics.`}
    </p>
    ${sortable(
      `Experiments of ${stage}`,
      [
        { name: 'artifact' },
        ...parameters.map((name) => ({
          name,
          number: rows.some(({ parameters: values }) => isNumber(values[parameters.indexOf(name)])),
        })),
        ...shown.map(({ name, unit }) => ({
          name: ['', '1'].includes(unit) ? name : `${name}, ${unit}`,
          number: true,
        })),
        { name: 's', number: true },
        { name: 'finished' },
      ],
      rows.map((row) => [
        html`<code>${row.key.slice(0, 16)}</code>${row.shown && html` <em>this report</em>`}`,
        ...row.parameters.map((value) => value ?? ''),
        ...row.metrics
          .slice(0, mostColumns)
          .map((value) => (value === undefined ? '' : value === null ? dash : significantText(value, 5))),
        secondsText(row.seconds),
        html`<time>${row.finished}</time>`,
      ]),
    )}`;
}

const isNumber = (value: string | undefined): boolean =>
  value !== undefined && Number.isFinite(Number(value));
