import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { writeAsked } from '../../src/cli/asked-file.ts';
import { temporaryProject } from '../temporary-project.ts';

it('a file that is asked for is written with the folders above it', async () => {
  const file = join(await temporaryProject({}), 'a/b/report.html');
  await writeAsked(file, 'page', '-o');
  expect(await readFile(file, 'utf8')).toBe('page');
});

it('one that cannot be written is refused with its name, the reason and the option, and the store is not blamed', async () => {
  const root = await temporaryProject({ 'folder/file': '' });
  for (const [name, reason] of [
    ['folder', 'it is a folder'],
    ['folder/file/report.html', 'a file is where a folder should be'],
  ] as const)
    await expect(writeAsked(join(root, name), 'page', '-o')).rejects.toMatchObject({
      failure: {
        code: 'FILE_UNWRITABLE',
        message: `cannot be written: ${reason}`,
        place: join(root, name),
        remedy: 'name another file: -o FILE',
      },
    });
});
