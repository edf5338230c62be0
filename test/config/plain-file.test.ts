import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { readPlainFile, readPlainText, readTextIfThere } from '../../src/config/plain-file.ts';
import { folderOfTest } from '../temporary-folder.ts';

describe('a plain file', () => {
  it('is read whole, through links, whether its size is known or not', async () => {
    const root = await folderOfTest();
    const text = 'ä'.repeat(100_000);
    writeFileSync(join(root, 'a'), text);
    writeFileSync(join(root, 'empty'), '');
    symlinkSync('a', join(root, 'link'));
    expect([readPlainText(join(root, 'link')), readPlainText(join(root, 'empty'))]).toEqual([text, '']);
    expect(readPlainText('/proc/self/status')).toContain('Pid:');
    expect(readTextIfThere(join(root, 'a/b'))).toBeUndefined();
    expect(readTextIfThere(join(root, 'b'))).toBeUndefined();
  });

  it('is neither a pipe nor a device, a socket or a folder, and nobody waits for them', async () => {
    const root = await folderOfTest();
    mkdirSync(join(root, 'folder'));
    await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
    symlinkSync('/dev/zero', join(root, 'device'));
    const server = createServer().listen(join(root, 'socket'));
    for (const name of ['folder', 'pipe', 'device'])
      expect(() => readTextIfThere(join(root, name))).toThrow('it is no file');
    expect(() => readTextIfThere(join(root, 'socket'))).toThrow('ENXIO');
    server.close();
  });

  it('is not read where it is too large, whatever its size says', async () => {
    const root = await folderOfTest();
    writeFileSync(join(root, 'a'), 'abcde');
    expect(readPlainFile(join(root, 'a'), 5)).toHaveLength(5);
    expect(() => readPlainFile(join(root, 'a'), 4)).toThrow('it has more than 4 bytes');
    expect(() => readPlainFile('/proc/self/status', 4)).toThrow('it has more than 4 bytes');
    truncateSync(join(root, 'a'), 10 ** 12);
    expect(() => readPlainFile(join(root, 'a'))).toThrow('it has more than 256000000 bytes');
  });
});
