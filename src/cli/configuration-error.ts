/** Everything that is wrong with a configuration, on its way to the command line's edge. */
import type { Diagnostic } from '../config/diagnostic.ts';

export class ConfigurationError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
    this.name = 'ConfigurationError';
    this.diagnostics = diagnostics;
  }
}
