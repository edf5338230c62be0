/** The last stop of an error: words on standard error, with --json also an object on standard output, and an exit code. */
import { describeDiagnostic, failureOf } from '../config/diagnostic.ts';
import { describeFailure, FailureError, type Failure } from '../failure.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';

export function reportError(error: unknown, asJson: boolean): number {
  if (error instanceof ConfigurationError) {
    const { diagnostics } = error;
    console.error(diagnostics.map(describeDiagnostic).join('\n\n'));
    if (diagnostics.length > 1) console.error(`\n${diagnostics.length} errors; nothing ran`);
    if (asJson) tellPrograms(diagnostics.map(failureOf));
    return exitCode.configuration;
  }
  if (error instanceof FailureError) {
    console.error(describeFailure(error.failure));
    if (asJson) tellPrograms([error.failure]);
    return exitCode.configuration;
  }
  console.error('This is a fault of pipe itself:');
  console.error(error instanceof Error ? error.stack : error);
  return exitCode.stageFailed;
}

function tellPrograms(errors: readonly Failure[]): void {
  console.log(JSON.stringify({ kind: 'configuration-invalid', errors }));
}
