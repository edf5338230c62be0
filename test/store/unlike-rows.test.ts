import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { lookAtTree } from '../../src/store/tree-index.ts';
import { firstChange } from '../../src/store/tree-look.ts';
import { openThreads } from '../../src/store/threads.ts';
import { unlikeRows } from '../../src/store/unlike-rows.ts';
import { folderOfTest } from '../temporary-folder.ts';

const folders = 10;
const filesInEach = 600;

describe('A look at thousands of files, shared by threads', () => {
  it('finds each that was written, removed, or has a link in its place, and no other', async () => {
    await openThreads();
    const root = join(await folderOfTest(), 'root');
    mkdirSync(root);
    for (let i = 0; i < folders; i++) {
      mkdirSync(join(root, `d${i}`));
      for (let j = 0; j < filesInEach; j++) writeFileSync(join(root, `d${i}/f${j}`), `${i} ${j}`);
    }
    const table = await lookAtTree(root, { links: 'refuse', settled: true });
    const changed = async (): Promise<readonly (string | undefined)[]> =>
      (await unlikeRows(table, root, { links: 'refuse', trustsAll: true })).map((row) => table.paths[row]);
    expect(await changed()).toEqual([]);
    expect(await firstChange(table, root, { links: 'refuse' })).toBeUndefined();

    writeFileSync(join(root, 'd9/f599'), 'other bytes');
    expect(await firstChange(table, root, { links: 'refuse' })).toBe('d9/f599');
    expect(await firstChange(table, root, { links: 'refuse', part: 'd8' })).toBeUndefined();
    rmSync(join(root, 'd3/f7'));
    renameSync(join(root, 'd0'), join(root, '../d0 elsewhere'));
    symlinkSync('../d0 elsewhere', join(root, 'd0'));

    const found = await changed();
    expect(found.filter((path) => path?.endsWith('/') === true || path === '')).toEqual(['', 'd0/', 'd3/']);
    expect(found.filter((path) => path !== '' && path?.endsWith('/') !== true)).toEqual(['d3/f7', 'd9/f599']);
  });

  it('is told at once that nobody waits any more', async () => {
    const root = join(await folderOfTest(), 'root');
    mkdirSync(root);
    for (let j = 0; j < 5000; j++) writeFileSync(join(root, `f${j}`), '');
    const table = await lookAtTree(root, { links: 'refuse' });
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(unlikeRows(table, root, { links: 'refuse', trustsAll: true, signal })).rejects.toThrow(
      'interrupted',
    );
  });
});
