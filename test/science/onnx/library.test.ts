import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { expect, it } from 'vitest';

import { folderOfTest } from '../../temporary-folder.ts';

it('is loaded without its telemetry: a process that computes leaves no files of it behind', async () => {
  const folder = await folderOfTest();
  const trial = fileURLToPath(new URL('../../../src/science/onnx/try-backend.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, [trial, 'cpu'], {
    extendEnv: false,
    env: { HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder },
  });
  expect(stdout).toContain('"works":true');
  expect(await readdir(folder, { recursive: true })).toEqual([]);
});
