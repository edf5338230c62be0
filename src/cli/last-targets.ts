/** What is meant where no target is named: the stages that no other takes anything from. */
import { lastStages } from '../graph/last-stages.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { ConfigurationOptions } from './options.ts';
import { openConfiguration } from './project-graph.ts';

export async function targetsOr(
  named: readonly string[],
  options: ConfigurationOptions,
): Promise<readonly string[]> {
  if (named.length > 0) return named;
  const { configuration, diagnostics } = await openConfiguration(options);
  if (diagnostics.length > 0) throw new ConfigurationError(diagnostics);
  return lastStages(configuration);
}
