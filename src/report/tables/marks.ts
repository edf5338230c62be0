/** How marks are said: nothing made from simulated data may be read as anything else. */
import type { TablesFile } from '../../tables.ts';

/** `Simulated: `, or nothing. */
export function markPrefix(marks: readonly string[]): string {
  if (marks.length === 0) return '';
  const text = marks.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}: `;
}

/** A title with its marks before it. */
export function markedTitle(title: string, marks: readonly string[]): string {
  return `${markPrefix(marks)}${title}`;
}

/** What stands above the tables, or undefined. */
export function warningOf({ warning, marks }: Pick<TablesFile, 'warning' | 'marks'>): string | undefined {
  return warning ?? (marks.length === 0 ? undefined : `Marked: ${marks.join(', ')}.`);
}
