/**
 * All that commands write to standard output and standard error, but for the views of a run, which are reporters. In the log of a
 * CI job no line becomes a command to its runner; a file gets the text as it is.
 */
import { fstatSync } from 'node:fs';

import { gitHubLog } from '../report/text/github-log.ts';
import { jsonText } from '../report/text/json.ts';
import { terminalLine } from '../report/text/terminal.ts';

/** Results, to standard output: a line each, whatever is named in them. */
export const printLines = (...lines: readonly string[]): void => print(lines.map(terminalLine).join('\n'));

/** Results in a form of their own (tables, a page, a drawing), made for it by `src/report/text`. */
export const print = (text: string): void => console.log(isRead(1) ? gitHubLog(text) : text);

/** Results for programs. */
export const printJson = (value: unknown, indent?: number): void => console.log(jsonText(value, indent));

/** What is said beside the results, to standard error: a line each. */
export const tell = (...lines: readonly string[]): void => tellText(lines.map(terminalLine).join('\n'));

/** The same for a text that has been made for a terminal. */
export const tellText = (text: string): void => console.error(isRead(2) ? gitHubLog(text) : text);

/** Whether the runner of a CI job reads what is written there. */
export function isRead(stream: 1 | 2): boolean {
  if (process.env['GITHUB_ACTIONS'] !== 'true') return false;
  try {
    return !fstatSync(stream).isFile();
  } catch {
    return true;
  }
}
