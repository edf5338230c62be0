/** Commands of the project's own, `commands/NAME.ts`: found, given the parameters with every reference resolved, and run. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { CommandDefinition, CommandResult } from '../command.ts';
import { toJson } from '../config/located.ts';
import { resolve, type Reading } from '../config/resolve.ts';
import { rootScope } from '../config/scope.ts';
import type { JsonObject } from '../json.ts';
import { terminalText } from '../report/text/terminal.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import type { ConfigurationOptions } from './options.ts';
import { openConfiguration } from './project-graph.ts';
import { print, printJson } from './output.ts';

export const commandFile = (root: string, name: string): string => join(root, 'commands', `${name}.ts`);

/** The commands whose names begin so, without that beginning. */
export function commandsNamed(root: string, prefix: string): string[] {
  const files = existsSync(join(root, 'commands')) ? readdirSync(join(root, 'commands')) : [];
  return files.flatMap((file) =>
    file.startsWith(prefix) && file.endsWith('.ts') ? [file.slice(prefix.length, -'.ts'.length)] : [],
  );
}

/** Runs `commands/NAME.ts`, which is there. */
export async function callCommand(name: string, options: ConfigurationOptions): Promise<CommandResult> {
  const { root, configuration, diagnostics } = await openConfiguration(options);
  const reading: Reading = {
    scope: rootScope(configuration.params),
    diagnostics: [],
    reads: new Set(),
    open: [],
  };
  const params = resolve(configuration.params, reading);
  const faults = [...diagnostics, ...reading.diagnostics];
  if (params === undefined || faults.length > 0) throw new ConfigurationError(faults);
  const { default: command } = (await import(pathToFileURL(commandFile(root, name)).href)) as {
    default: CommandDefinition;
  };
  const { signal, listen, release } = interruption();
  listen();
  try {
    return await command.run({ params: toJson(params) as JsonObject, root, signal });
  } finally {
    release();
  }
}

/** Calls it and prints what it gives; the exit code says whether something is amiss. */
export async function printCommand(
  name: string,
  options: ConfigurationOptions & { readonly json?: true },
): Promise<number> {
  const { text, json, amiss } = await callCommand(name, options);
  if (options.json === true) printJson(json, 2);
  else print(terminalText(text.trimEnd()));
  return amiss ? exitCode.workToDo : exitCode.ok;
}
