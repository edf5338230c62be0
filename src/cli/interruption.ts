/**
 * Ctrl-C: the first asks the run to end, the second ends everything at once. Before anything is started the signals do what they do
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

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function interruption(): Interruption {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
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
