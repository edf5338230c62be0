import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { openInputLooks, type InputLooks } from '../../src/store/input-looks.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { digestTree } from '../../src/store/tree-index.ts';
import { project } from '../run/project.ts';

async function folder(): Promise<{ data: string; looks: InputLooks; now: () => Promise<string> }> {
  const root = await project();
  const data = join(root, 'data');
  mkdirSync(data);
  for (let i = 0; i < 20; i++) writeFileSync(join(data, String(i)), String(i));
  // Old enough for their stamps to be trusted.
  await delay(50);
  return {
    data,
    looks: openInputLooks(layoutOf(join(root, 'artifacts'))),
    now: () => digestTree(data, { links: 'follow' }),
  };
}

describe('a look ahead', () => {
  it('answers the first question and no other', async () => {
    const { data, looks, now } = await folder();
    const before = await looks.digestAhead(data);
    writeFileSync(join(data, '7'), 'x');
    expect(await looks.digest(data)).toBe(before);
    expect(await looks.digest(data)).toBe(await now());
  });

  it('answers nothing after something has run', async () => {
    const { data, looks, now } = await folder();
    await looks.digestAhead(data);
    writeFileSync(join(data, '7'), 'x');
    looks.forget();
    expect(await looks.digest(data)).toBe(await now());
  });

  it('answers nothing after a moment', async () => {
    const { data, looks, now } = await folder();
    await looks.digestAhead(data);
    writeFileSync(join(data, '7'), 'x');
    await delay(2100);
    expect(await looks.digest(data)).toBe(await now());
  });
});

describe('a further look', () => {
  it.each<[string, (data: string) => void]>([
    [
      'other bytes of the same size under a restored time',
      (data) => {
        const { atimeMs, mtimeMs } = statSync(join(data, '11'));
        writeFileSync(join(data, '11'), 'xx');
        utimesSync(join(data, '11'), atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    ['a file that came', (data) => writeFileSync(join(data, 'new'), '')],
    ['a file that went', (data) => rmSync(join(data, '3'))],
    ['a file that was renamed', (data) => renameSync(join(data, '3'), join(data, 'three'))],
  ])('finds %s since the one before, which it is compared with', async (_, change) => {
    const { data, looks, now } = await folder();
    const before = await looks.digest(data);
    change(data);
    const after = await looks.digest(data);
    expect(after).not.toBe(before);
    expect(after).toBe(await now());
    expect(await looks.digest(data)).toBe(after);
  });
});
