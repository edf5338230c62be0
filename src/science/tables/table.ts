/** A finished table, in Markdown and as the `tables.json` that every view is made from. */
import type { Table as AnyTable, TablesFile } from '../../tables.ts';
import { renderColumns } from './columns.ts';
import type { ResultRecord } from './records.ts';
import { simulatedWarning } from './simulated.ts';

export type Table = Omit<AnyTable, 'records'> & { readonly records: readonly ResultRecord[] };

/** `tables.json`. Numbers keep six decimals: more would only say which machine it was. */
export function tablesFile(
  { title, remarks, simulated }: { title: string; remarks: readonly string[]; simulated: boolean },
  tables: readonly Table[],
): string {
  const file: TablesFile = {
    format: 1,
    title,
    marks: simulated ? ['simulated'] : [],
    warning: simulated ? simulatedWarning : null,
    remarks,
    tables: tables.map((table) => ({ ...table, records: table.records.map((record) => ({ ...record })) })),
  };
  return `${JSON.stringify(file, rounded, 1)}\n`;
}

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;

/** `depth`: level of the heading. The heading of a table made from simulated data says so. */
export function renderTable(
  { title, caption, columns }: Pick<Table, 'title' | 'caption' | 'columns'>,
  simulated: boolean,
  depth = 2,
): string {
  return [
    `${'#'.repeat(depth)} ${simulated ? 'Simulated: ' : ''}${title}`,
    caption,
    renderColumns(columns),
  ].join('\n\n');
}

export const percent = (fraction: number): number => 100 * fraction;

/** How Acc, AP and AUC are meant, for the foot of a page. */
export const metricsRemark =
  'Real faces are the positive class of AP and AUC. All real faces stand against each generator; where the numbers ' +
  'of images differ, both classes weigh the same: Acc is the mean of the share of real faces at or above the ' +
  'threshold and of fakes below it, AP has class-balancing weights. False alarms: the share of real faces below ' +
  'the threshold.';
