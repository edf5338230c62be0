/** The last stop of an error: words on standard error, with --json also an object on standard output, and an exit code. */
import { diagnosticLines, failureOf } from '../config/diagnostic.ts';
import { describeFailure, FailureError, type Failure } from '../failure.ts';
import { terminalText } from '../report/text/terminal.ts';
import { isSystemError } from '../store/system-error.ts';
import { unwritable } from '../store/unwritable.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';
import { printJson, tell, tellText } from './output.ts';

export function reportError(error: unknown, asJson: boolean): number {
  if (error instanceof ConfigurationError) {
    const { diagnostics, count } = error;
    // Carets stand below what they mean: a tab is as wide in both lines.
    const lines = diagnostics.flatMap((each, at) => [...(at > 0 ? [''] : []), ...diagnosticLines(each)]);
    tell(...lines.map((line) => line.replaceAll('\t', '    ')));
    if (diagnostics.length > 1) tell('', `${count}; nothing ran`);
    if (asJson) tellPrograms(diagnostics.map(failureOf));
    return exitCode.configuration;
  }
  if (error instanceof FailureError) {
    tell(describeFailure(error.failure));
    if (asJson) tellPrograms([error.failure]);
    return exitCode.configuration;
  }
  const failure = inStore(error) ? unwritable(error) : undefined;
  if (failure !== undefined) return reportError(new FailureError(failure), asJson);
  tell('This is a fault of pipe itself:');
  tellText(terminalText(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return exitCode.stageFailed;
}

/** What the system says of a file of the store is the system's. */
const inStore = (error: unknown): boolean =>
  isSystemError(error) && /\/artifacts(\/|$)/.test(error.path ?? '');

function tellPrograms(errors: readonly Failure[]): void {
  printJson({ kind: 'configuration-invalid', errors });
}
