/** Ctrl-C: the first asks the run to end, the second ends everything at once. */
import { exitCode } from './exit-code.ts';

export interface Interruption {
  readonly signal: AbortSignal;
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
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
