/** A finished table: for people (Markdown) and for programs (records). */
import { renderColumns, type Column } from './columns.ts';
import type { ResultRecord } from './records.ts';

export interface Table {
  readonly title: string;
  /** What the table shows, a sentence or two, above it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly records: readonly ResultRecord[];
}

/** `depth`: level of the heading. The heading of a table made from simulated data says so. */
export function renderTable({ title, caption, columns }: Table, simulated: boolean, depth = 2): string {
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
