import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { ignoreNewStore } from '../../src/run/ignored-store.ts';
import { pipe } from '../e2e/pipe.ts';
import { temporaryProject } from '../temporary-project.ts';

const files = { 'pipeline.yaml': 'stages: { s: { run: "touch {{ output }}/s" } }\n' };
const git = (root: string, ...args: readonly string[]) => execa('git', args, { cwd: root });

describe('a store that a run makes', () => {
  it('is left out by git, whatever the project says of it', async () => {
    const root = await temporaryProject(files);
    await git(root, 'init', '--quiet');
    await pipe(root, ['plan', 's']);
    expect((await pipe(root, ['run', 's', '-q'])).code).toBe(0);
    expect((await git(root, 'status', '--porcelain')).stdout).toBe('?? pipeline.yaml');
    expect((await pipe(root, ['verify'])).code).toBe(0);
    // Who takes it away keeps it so.
    await rm(join(root, 'artifacts/.gitignore'));
    await pipe(root, ['run', 's', '-q']);
    expect(existsSync(join(root, 'artifacts/.gitignore'))).toBe(false);
  });

  it('is not where git keeps files of it, nor where it holds other things', async () => {
    const root = await temporaryProject({ ...files, 'artifacts/kept.txt': '' });
    const store = join(root, 'artifacts');
    ignoreNewStore(store);
    expect(existsSync(join(store, '.gitignore'))).toBe(false);
    await git(root, 'init', '--quiet');
    await git(root, 'add', '.');
    await rm(join(store, 'kept.txt'));
    await mkdir(join(store, '.store'));
    ignoreNewStore(store);
    expect(existsSync(join(store, '.gitignore'))).toBe(false);
    await git(root, 'rm', '--cached', '--quiet', 'artifacts/kept.txt');
    await writeFile(join(store, '.store/x'), '');
    ignoreNewStore(store);
    expect(existsSync(join(store, '.gitignore'))).toBe(true);
  });
});
