/** Everything that is wrong with a configuration, on its way to the command line's edge. */
import { arrange, isFull, mostTold, type Diagnostic } from '../config/diagnostic.ts';

export class ConfigurationError extends Error {
  /** The first of them, from top to bottom. */
  readonly diagnostics: readonly Diagnostic[];
  /** `4,321 errors, of which the first 100 are told`. */
  readonly count: string;

  constructor(all: readonly Diagnostic[]) {
    const arranged = arrange(all);
    const told = arranged.slice(0, mostTold);
    super(told.map(({ code, message }) => `${code} ${message}`).join('\n'));
    this.name = 'ConfigurationError';
    this.diagnostics = told;
    const known = arranged.length.toLocaleString('en');
    const count = `${isFull(all) ? `more than ${mostTold}` : known} errors`;
    this.count = arranged.length > mostTold ? `${count}, of which the first ${mostTold} are told` : count;
  }
}
