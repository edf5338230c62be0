/** Posting by CML's program, where it is installed. It finds its own token and its own place. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { withScratchFolder } from '../../scratch-folder.ts';
import { publishFailure } from './failure.ts';

const program = 'cml';

export async function hasCml(): Promise<boolean> {
  return (await execa(program, ['--version'], { reject: false, stdin: 'ignore' })).exitCode === 0;
}

/** Errors: `PUBLISH_FAILED`, with what the program says but for the tokens it takes from the environment. */
export async function postByCml(body: string, title: string): Promise<void> {
  await withScratchFolder('publish', async (folder) => {
    const file = join(folder, 'report.md');
    await writeFile(file, body);
    const { exitCode, stderr } = await execa(
      'cml',
      ['comment', 'update', `--watermark-title=${title}`, file],
      {
        reject: false,
        stdin: 'ignore',
      },
    );
    if (exitCode !== 0)
      throw publishFailure(
        'PUBLISH_FAILED',
        `cml comment ended with ${exitCode}: ${withoutTokens(stderr).slice(-300)}`,
        'see what cml says',
      );
  });
}

const withoutTokens = (text: string): string =>
  Object.entries(process.env).reduce(
    (rest, [name, value]) =>
      /TOKEN|SECRET|PASSWORD/i.test(name) && value !== undefined && value !== ''
        ? rest.replaceAll(value, '***')
        : rest,
    text,
  );
