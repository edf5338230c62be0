/**
 * Ctrl-C: the first asks the run to end, a later one ends everything at once. One that comes right behind the first is the same:
 * a terminal sends it to all that it started, and what started us, be it npm or a Node of another version, passes it on. Before anything is started the signals do what they do
 * to any program: while a large configuration is read nobody could hear them.
 */
import { exitCode } from './exit-code.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** From here on there are processes to be ended. */
  readonly listen: () => void;
  /** Gives the signals back to whoever had them. */
  readonly release: () => void;
}

/** In milliseconds. */
const same = 500;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function interruption(): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    first ??= performance.now();
    if (performance.now() - first > same) process.exit(exitCode.interrupted);
    controller.abort();
  };
  return {
    signal: controller.signal,
    listen: () => {
      for (const name of signals) process.on(name, onSignal);
    },
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
