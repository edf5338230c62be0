import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { withScratchFolder } from '../src/scratch-folder.ts';
import { folderOfTest } from './temporary-folder.ts';

const module = join(import.meta.dirname, '../src/scratch-folder.ts');

describe('A scratch folder', () => {
  it('is gone when what it was made for has ended, or failed', async () => {
    let seen = '';
    await expect(
      withScratchFolder('ends', async (folder) => {
        seen = folder;
        expect(existsSync(folder)).toBe(true);
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    expect(existsSync(seen)).toBe(false);
  });

  it.each([
    ['SIGINT', `process.kill(process.pid, 'SIGINT')`, { signal: 'SIGINT' }],
    ['SIGTERM', `process.kill(process.pid, 'SIGTERM')`, { signal: 'SIGTERM' }],
    ['SIGHUP', `process.kill(process.pid, 'SIGHUP')`, { signal: 'SIGHUP' }],
    ['an exit', `process.exit(3)`, { exitCode: 3 }],
  ])('is gone after %s in the midst of it, which does what it always does', async (_, end, expected) => {
    const temporary = await folderOfTest();
    const script = `import { withScratchFolder } from ${JSON.stringify(module)};
      import { writeFileSync } from 'node:fs';
      await withScratchFolder('ends', async (folder) => {
        writeFileSync(folder + '/file', '');
        console.log(folder);
        ${end};
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const ended = await execa(process.execPath, ['--input-type=module', '-e', script], {
      reject: false,
      env: { TMPDIR: temporary },
    });
    expect(ended.stdout).toContain(join(temporary, 'pipe-ends-'));
    expect(readdirSync(temporary)).toEqual([]);
    expect(ended).toMatchObject(expected);
  });
});
