import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { unwritable, writing } from '../../src/store/unwritable.ts';
import { project } from '../run/project.ts';

const systemError = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, path: 'artifacts/x' });

describe('an error of the system', () => {
  it.each([
    ['ENOSPC', 'write', 'STORE_FULL'],
    ['EROFS', 'open', 'STORE_READ_ONLY'],
    ['EACCES', 'rename', 'STORE_READ_ONLY'],
    ['ENOENT', 'mkdir', 'STORE_READ_ONLY'],
    ['EMFILE', 'open', 'FILES_OPEN_TOO_MANY'],
    ['EBUSY', 'rename', 'STORE_BROKEN'],
  ])('%s of %s is %s, with its place and a remedy', (code, syscall, expected) => {
    expect(unwritable(systemError(code, syscall))).toMatchObject({
      code: expected,
      place: 'artifacts/x',
      remedy: expect.stringMatching(/./) as string,
    });
  });

  it('names what is in the way: the file, or the link that leads nowhere, and not the path below it', async () => {
    const root = await project({ file: '' });
    symlinkSync('nowhere', join(root, 'link'));
    for (const [name, message] of [
      ['file', 'a file is where a folder should be'],
      ['link', 'a link that leads nowhere is where a folder should be'],
    ] as const) {
      const make = () => mkdirSync(join(root, name, '.store/locks'), { recursive: true });
      await expect(writing(make)).rejects.toMatchObject({
        failure: { code: 'STORE_BLOCKED', message, place: join(root, name) },
      });
    }
  });

  it('comes out of writing as a failure', async () => {
    const file = join(await project({ file: '' }), 'file');
    await expect(writing(() => mkdirSync(join(file, 'folder')))).rejects.toMatchObject({
      failure: { code: 'STORE_BLOCKED' },
    });
  });
});

describe('any other error', () => {
  it('comes out of writing as it is', async () => {
    const error = new TypeError('a fault of the program');
    expect(unwritable(error)).toBeUndefined();
    await expect(writing(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('is not made of success', async () => {
    const file = join(await project(), 'file');
    await writing(() => writeFileSync(file, 'bytes'));
    expect(readFileSync(file, 'utf8')).toBe('bytes');
  });
});
