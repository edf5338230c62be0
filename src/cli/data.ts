/** `pipe data WHAT`: the project's own command `commands/data-WHAT.ts`, or its stage `data-WHAT`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { CommandDefinition } from '../command.ts';
import { arrange } from '../config/diagnostic.ts';
import { toJson } from '../config/located.ts';
import { resolve, type Reading } from '../config/resolve.ts';
import { rootScope } from '../config/scope.ts';
import { FailureError } from '../failure.ts';
import type { JsonObject } from '../json.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import type { RunOptions } from './options.ts';
import { openConfiguration } from './project-graph.ts';

export async function data(what: string, options: RunOptions): Promise<number> {
  const { root, configuration, diagnostics } = await openConfiguration(options);
  const stage = `data-${what}`;
  const module = join(root, 'commands', `${stage}.ts`);
  if (configuration.stages.has(stage)) return (await import('./run.ts')).run([stage], options);
  if (!existsSync(module)) throw unknown(what, root, [...configuration.stages.keys()]);

  const reading: Reading = {
    scope: rootScope(configuration.params),
    diagnostics: [],
    reads: new Set(),
    open: [],
  };
  const params = resolve(configuration.params, reading);
  const faults = [...diagnostics, ...reading.diagnostics];
  if (params === undefined || faults.length > 0) throw new ConfigurationError(arrange(faults));
  const { default: command } = (await import(pathToFileURL(module).href)) as { default: CommandDefinition };
  const { signal, release } = interruption();
  try {
    const { text, json, amiss } = await command.run({ params: toJson(params) as JsonObject, root, signal });
    console.log(options.json === true ? JSON.stringify(json, null, 2) : text.trimEnd());
    return amiss ? exitCode.workToDo : exitCode.ok;
  } finally {
    release();
  }
}

function unknown(what: string, root: string, stages: readonly string[]): FailureError {
  const commands = existsSync(join(root, 'commands')) ? readdirSync(join(root, 'commands')) : [];
  const known = [...commands.map((file) => file.replace(/\.ts$/, '')), ...stages]
    .flatMap((name) => (name.startsWith('data-') ? [name.slice('data-'.length)] : []))
    .toSorted();
  return new FailureError({
    code: 'DATA_COMMAND_UNKNOWN',
    message: `this project has no pipe data ${what}: neither a stage data-${what} nor a module commands/data-${what}.ts`,
    ...(known.length > 0 && { remedy: `it has ${known.map((name) => `pipe data ${name}`).join(', ')}` }),
  });
}
