/** The view on a terminal: running nodes with bars at the bottom, what has ended scrolls above them. */
import type { ChalkInstance } from 'chalk';
import { createLogUpdate } from 'log-update';

import type { RunEvent } from '../../run/event.ts';
import { colourLine } from './colour-line.ts';
import { RunLines } from './lines.ts';
import { renderState } from './render.ts';
import type { Reporter } from './reporter.ts';
import { applyEvent, nothingYet } from './state.ts';

const redrawMilliseconds = 100;

export function liveReporter(stream: NodeJS.WriteStream, chalk: ChalkInstance): Reporter {
  const screen = createLogUpdate(stream, { showCursor: false });
  const lines = new RunLines();
  let state = nothingYet;
  const draw = (): void => {
    const { columns: width, rows: height } = stream;
    screen(renderState(state, { width, height, now: Date.now(), chalk }).join('\n'));
  };
  const write = (told: readonly string[]): void => {
    stream.write(told.map((line) => `${colourLine(line, chalk)}\n`).join(''));
  };
  const timer = setInterval(draw, redrawMilliseconds);
  timer.unref();

  const settle = (): void => {
    clearInterval(timer);
    screen.clear();
    screen.done();
  };
  let last: readonly string[] = [];

  return {
    onEvent(event) {
      state = applyEvent(state, event);
      const told = lines.of(event);
      if (event.kind === 'run-finished') {
        settle();
        last = told;
      } else if (staying(event) && told.length > 0) {
        // Written as they are, so that long lines are wrapped by the terminal and can be copied whole.
        screen.clear();
        write(told);
      }
    },
    close() {
      settle();
      write(last);
    },
  };
}

/** Starts and progress are in the live part. */
function staying({ kind }: RunEvent): boolean {
  return kind !== 'node-started' && kind !== 'node-progress' && kind !== 'node-waiting';
}
