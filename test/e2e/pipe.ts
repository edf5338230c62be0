/** Runs the real command line in a project. */
import { join } from 'node:path';

import { execa } from 'execa';

const program = join(import.meta.dirname, '../../bin/pipe.js');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In the folder, without colours; `environment` adds to or replaces the test's own. */
export async function pipe(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', ...environment },
  });
  return { code: exitCode ?? -1, stdout, stderr };
}
