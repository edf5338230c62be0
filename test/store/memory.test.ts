import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { recall, remember } from '../../src/store/memory.ts';
import { folderOfTest } from '../temporary-folder.ts';

it('a memory with a changed byte, or a part of it, is none, and one that is whole is', async () => {
  const folder = await folderOfTest();
  remember(folder, 'run all', [[join(folder, 'absent')], [folder, 'folder']], '{"node":"copy"}');
  const [name = ''] = readdirSync(folder);
  const file = join(folder, name);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at++)
    for (const bit of [1, 4, 32, 128]) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ bit;
      writeFileSync(file, damaged);
      expect(recall(folder, 'run all')).toBeUndefined();
    }
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    expect(recall(folder, 'run all')).toBeUndefined();
  }
  writeFileSync(file, whole);
  expect(recall(folder, 'run all')).toBe('{"node":"copy"}');
});
