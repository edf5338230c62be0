import { hash } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import type { Digest } from '../../src/graph/node.ts';
import { digestTree, readTree, type TreeOptions } from '../../src/store/tree-index.ts';
import { readTable, writeTable, type TreeTable } from '../../src/store/tree-table.ts';
import { project, write } from '../run/project.ts';

async function tree(files: Record<string, string>): Promise<{ folder: string; options: TreeOptions }> {
  const root = await project();
  await write(join(root, 'data'), files);
  return { folder: join(root, 'data'), options: { links: 'follow', indexFile: join(root, 'index') } };
}

/** Stamps of files this young are not trusted; old ones are. */
function age(path: string): void {
  utimesSync(path, 1_000_000_000, 1_000_000_000.5);
}

describe('digestTree', () => {
  it('depends on names, bytes and folders, and on nothing else', async () => {
    const { folder, options } = await tree({ 'a/x': '1', b: '2' });
    const digest = await digestTree(folder, options);

    const same = await tree({ b: '2', 'a/x': '1' });
    expect(await digestTree(same.folder, same.options)).toBe(digest);
    for (const files of [
      { 'a/x': '1', c: '2' },
      { 'a/x': '1', b: '3' },
      { 'a/x': '1' },
      { ax: '1', b: '2' },
    ]) {
      const other = await tree(files);
      expect(await digestTree(other.folder, other.options)).not.toBe(digest);
    }
  });

  it('tells a file from a folder with that file, and sees an empty folder', async () => {
    const { folder, options } = await tree({ a: '1' });
    const digest = await digestTree(folder, options);
    expect(await digestTree(join(folder, 'a'), { links: 'follow' })).not.toBe(digest);
    mkdirSync(join(folder, 'empty'));
    expect(await digestTree(folder, options)).not.toBe(digest);
  });

  it('is the same whether or not there is an index', async () => {
    const { folder, options } = await tree({ a: '1', 'b/c': '2' });
    const digest = await digestTree(folder, options);
    expect(await digestTree(folder, options)).toBe(digest);
    expect(await digestTree(folder, { links: 'follow' })).toBe(digest);
    writeFileSync(options.indexFile as string, 'not an index');
    expect(await digestTree(folder, options)).toBe(digest);
  });

  it('finds other bytes of the same size in a file just written, within a tick of the clock', async () => {
    const { folder, options } = await tree({ a: '0' });
    for (let i = 1; i < 40; i++) {
      const before = await digestTree(folder, options);
      writeFileSync(join(folder, 'a'), String(i % 10));
      expect(await digestTree(folder, options)).not.toBe(before);
    }
  });

  it('finds other bytes of the same size under a restored time', async () => {
    const { folder, options } = await tree({ a: 'old' });
    age(join(folder, 'a'));
    const settled = { ...options, settled: true };
    const before = await digestTree(folder, settled);
    const { mtimeNs } = statSync(join(folder, 'a'), { bigint: true });
    writeFileSync(join(folder, 'a'), 'new');
    age(join(folder, 'a'));
    expect(statSync(join(folder, 'a'), { bigint: true }).mtimeNs).toBe(mtimeNs);
    expect(await digestTree(folder, settled)).not.toBe(before);
  });

  it('does not read a file whose stamp is known', async () => {
    const { folder, options } = await tree({ a: '1', b: '2' });
    const before = await digestTree(folder, { ...options, settled: true });
    // An index that says otherwise is believed: the proof that no byte was read.
    const index = options.indexFile as string;
    const other = 'f'.repeat(64) as Digest;
    writeTable(index, { ...(readTable(index) as TreeTable), digest: other });
    expect(before).not.toBe(other);
    expect(await digestTree(folder, options)).toBe(other);
  });

  it('reads the file alone that was touched', async () => {
    const { folder, options } = await tree({ a: '1', b: '2', 'c/d': '3' });
    const settled = { ...options, settled: true };
    const before = await digestTree(folder, settled);
    const index = options.indexFile as string;
    const table = readTable(index) as TreeTable;
    table.digests.fill('f');
    writeTable(index, table);
    writeFileSync(join(folder, 'b'), 'two');
    expect(await digestTree(folder, settled)).not.toBe(before);
    const { files } = await readTree(folder, settled);
    expect(files.map(({ digest }) => digest)).toEqual([
      'f'.repeat(64),
      hash('sha256', 'two', 'hex'),
      'f'.repeat(64),
    ]);
  });

  it('does not believe an index with a byte flipped, wherever that is', async () => {
    const { folder, options } = await tree({ a: '1', 'b/c': '2', 'b/d': '3' });
    const index = options.indexFile as string;
    const digest = await digestTree(folder, { ...options, settled: true });
    const whole = readFileSync(index);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
      writeFileSync(index, bytes);
      expect(await digestTree(folder, { ...options, settled: true })).toBe(digest);
    }
  });

  it('follows links to files and folders, and has the digest of what they point to', async () => {
    const { folder, options } = await tree({ 'a/x': '1', b: '1' });
    const digest = await digestTree(folder, options);
    renameSync(join(folder, 'a'), `${folder}-a`);
    symlinkSync(`${folder}-a`, join(folder, 'a'));
    rmSync(join(folder, 'b'));
    symlinkSync(join(`${folder}-a`, 'x'), join(folder, 'b'));
    expect(await digestTree(folder, options)).toBe(digest);
  });

  it.each([
    ['INPUT_MISSING', (folder: string) => rmSync(folder, { recursive: true })],
    ['LINK_BROKEN', (folder: string) => symlinkSync('nowhere', join(folder, 'link'))],
    ['LINK_RING', (folder: string) => symlinkSync('..', join(folder, 'a', 'up'))],
  ])('fails with %s and the place', async (code, spoil) => {
    const { folder, options } = await tree({ 'a/x': '1' });
    spoil(folder);
    await expect(digestTree(folder, options)).rejects.toMatchObject({
      failure: { code, place: expect.stringContaining(folder) as string },
    });
  });

  it('refuses links where it is told to', async () => {
    const { folder, options } = await tree({ 'a/x': '1' });
    symlinkSync('a', join(folder, 'b'));
    await expect(digestTree(folder, { ...options, links: 'refuse' })).rejects.toMatchObject({
      failure: { code: 'OUTPUT_LINK', place: join(folder, 'b') },
    });
  });
});

describe('readTree', () => {
  it('lists files in code-point order of their whole paths', async () => {
    const { folder, options } = await tree({
      'a/x': '',
      'a.txt': '',
      'a-b': '',
      B: '',
      '\u{1f600}': '',
      '\uff5e': '',
    });
    const { files } = await readTree(folder, options);
    expect(files.map(({ path }) => path)).toEqual(['B', 'a-b', 'a.txt', 'a/x', '\uff5e', '\u{1f600}']);
  });

  it('reads a file larger than a block', async () => {
    const { folder } = await tree({ big: 'x'.repeat(5_000_001), exact: 'y'.repeat(1 << 20) });
    const { files } = await readTree(folder, { links: 'follow' });
    expect(files).toEqual(
      ['big', 'exact'].map((path) => {
        const bytes = readFileSync(join(folder, path));
        return { path, size: bytes.length, digest: hash('sha256', bytes, 'hex') };
      }),
    );
  });

  describe('of a large tree whose index is trusted', () => {
    const size = 300;
    async function large(): Promise<{ folder: string; options: TreeOptions; look: () => Promise<string> }> {
      const files = Array.from({ length: size }, (_, i) => [`${i % 3}/${i}`, String(i)] as const);
      const { folder, options } = await tree(Object.fromEntries(files));
      await delay(50);
      // The second look finds all of it settled.
      await digestTree(folder, options);
      await digestTree(folder, options);
      return { folder, options, look: async () => digestTree(folder, options) };
    }

    it.each<[string, (folder: string) => void]>([
      [
        'other bytes of the same size under a restored time',
        (folder) => {
          const { atimeMs, mtimeMs } = statSync(join(folder, '1/100'));
          writeFileSync(join(folder, '1/100'), '001');
          utimesSync(join(folder, '1/100'), atimeMs / 1000, mtimeMs / 1000);
        },
      ],
      ['a file that has come', (folder) => writeFileSync(join(folder, '2/new'), '')],
      ['a file that has gone', (folder) => rmSync(join(folder, '2/299'))],
      ['a file that was renamed', (folder) => renameSync(join(folder, '0/0'), join(folder, '0/zero'))],
      ['a folder that has come', (folder) => mkdirSync(join(folder, '1/empty'))],
      [
        'a file that became a link',
        (folder) => {
          renameSync(join(folder, '2/299'), join(folder, '..', 'moved'));
          writeFileSync(join(folder, '..', 'moved'), 'x');
          symlinkSync('../../moved', join(folder, '2/299'));
        },
      ],
      ['a file in place of another', (folder) => renameSync(join(folder, '1/100'), join(folder, '1/103'))],
    ])('finds %s', async (_, change) => {
      const { folder, look } = await large();
      const before = await look();
      change(folder);
      const after = await look();
      expect(after).not.toBe(before);
      expect(await digestTree(folder, { links: 'follow' })).toBe(after);
    });
  });
});
