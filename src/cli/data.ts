/** `pipe data WHAT`: the project's own command `commands/data-WHAT.ts`, or its stage `data-WHAT`. */
import { existsSync } from 'node:fs';

import { FailureError } from '../failure.ts';
import type { RunOptions } from './options.ts';
import { commandFile, commandsNamed, printCommand } from './project-command.ts';
import { openConfiguration } from './project-graph.ts';

export async function data(what: string, options: RunOptions): Promise<number> {
  const { root, configuration } = await openConfiguration(options);
  const stage = `data-${what}`;
  if (configuration.stages.has(stage)) return (await import('./run.ts')).run([stage], options);
  if (existsSync(commandFile(root, stage))) return printCommand(stage, options);
  throw unknown(what, root, [...configuration.stages.keys()]);
}

function unknown(what: string, root: string, stages: readonly string[]): FailureError {
  const known = [
    ...commandsNamed(root, 'data-'),
    ...stages.flatMap((name) => (name.startsWith('data-') ? [name.slice('data-'.length)] : [])),
  ].toSorted();
  return new FailureError({
    code: 'DATA_COMMAND_UNKNOWN',
    message: `this project has no pipe data ${what}: neither a stage data-${what} nor a module commands/data-${what}.ts`,
    ...(known.length > 0 && { remedy: `it has ${known.map((name) => `pipe data ${name}`).join(', ')}` }),
  });
}
