/** `pipe stages` */
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';
import type { JsonOption } from './options.ts';
import { openConfiguration } from './project-graph.ts';
import { printJson, printLines } from './output.ts';

export async function stages({ json }: JsonOption): Promise<number> {
  const { configuration, diagnostics } = await openConfiguration({ set: [] });
  if (diagnostics.length > 0) throw new ConfigurationError(diagnostics);
  const declared = [...configuration.stages.values()];
  if (json === true) {
    printJson(
      declared.map(({ name, description = null, action }) => ({ name, description, action })),
      2,
    );
    return exitCode.ok;
  }
  const width = Math.max(...declared.map(({ name }) => name.length));
  for (const { name, description, action } of declared) {
    const what = description ?? (action.kind === 'module' ? action.module : action.command);
    printLines(`${name.padEnd(width)}  ${what}`);
  }
  return exitCode.ok;
}
