/** A view of a run: it is told every event and writes what people or programs should see. */
import type { RunEvent } from '../../run/event.ts';
import { jsonText } from '../text/json.ts';

export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Called once the command has printed its results, and after an error: writes the summary, leaves the terminal as it should be. */
  close(): void;
}

/** Shows nothing. Failures are the command's to tell. */
export const silentReporter: Reporter = { onEvent: () => {}, close: () => {} };

/** One JSON object a line, for programs. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return { onEvent: (event) => write(`${jsonText(event)}\n`), close: () => {} };
}
