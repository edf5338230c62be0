import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect, it } from 'vitest';

import { readYaml } from '../../src/config/read.ts';
import { temporaryProject } from '../temporary-project.ts';

it('reads plain files alone: a named pipe would never end', async () => {
  const root = await temporaryProject({});
  await execa('sh', ['-c', 'mkfifo "$1"', 'sh', join(root, 'pipe.yaml')]);
  mkdirSync(join(root, 'folder.yaml'));
  for (const name of ['pipe.yaml', 'folder.yaml'])
    expect(await readYaml(root, name)).toMatchObject({
      diagnostics: [{ code: 'FILE_UNREADABLE', message: `${name} cannot be read as text: it is no file` }],
    });
});
