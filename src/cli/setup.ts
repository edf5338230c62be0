/** `pipe setup WHAT`: the project's own command `commands/setup-WHAT.ts`, which gets what its stages can use and npm does not bring. */
import { existsSync } from 'node:fs';

import { FailureError } from '../failure.ts';
import type { JsonOption } from './options.ts';
import { commandFile, commandsNamed, printCommand } from './project-command.ts';
import { projectRoot } from './project-root.ts';

export async function setup(what: string, { json }: JsonOption): Promise<number> {
  const root = projectRoot();
  if (existsSync(commandFile(root, `setup-${what}`)))
    return printCommand(`setup-${what}`, { set: [], ...(json === true && { json }) });
  const known = commandsNamed(root, 'setup-').toSorted();
  throw new FailureError({
    code: 'SETUP_UNKNOWN',
    message: `this project has no pipe setup ${what}: there is no module commands/setup-${what}.ts`,
    ...(known.length > 0 && { remedy: `it has ${known.map((name) => `pipe setup ${name}`).join(', ')}` }),
  });
}
