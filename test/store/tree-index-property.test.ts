import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fileChanges } from '../../src/graph/difference.ts';
import { changeOfListing, listingIn } from '../../src/store/listing.ts';
import { digestTree } from '../../src/store/tree-index.ts';
import { project } from '../run/project.ts';

const paths = ['a', 'a.b', 'b/a', 'b/a-', 'b/c/d', 'b.c', 'c/é"\\', 'c/\u{1f600}', 'd/e', 'z'];
const edit = fc.record({
  path: fc.constantFrom(...paths),
  how: fc.oneof(fc.constant('remove'), fc.constant('empty folder'), fc.stringMatching(/^[a-z]{0,3}$/)),
});

function apply(folder: string, { path, how }: { readonly path: string; readonly how: string }): void {
  const place = join(folder, path);
  rmSync(place, { recursive: true, force: true });
  if (how === 'remove') return;
  mkdirSync(how === 'empty folder' ? place : dirname(place), { recursive: true });
  if (how !== 'empty folder') writeFileSync(place, how);
}

describe('the digest of a tree with an index', () => {
  it('is after any edits what it is without one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        async (rounds) => {
          const root = mkdtempSync(join(tmpdir(), 'pipe-tree-'));
          try {
            const folder = join(root, 'data');
            const indexFile = join(root, 'index');
            mkdirSync(folder);
            for (const edits of rounds) {
              for (const one of edits) apply(folder, one);
              const digest = await digestTree(folder, { links: 'refuse', indexFile });
              expect(digest).toBe(await digestTree(folder, { links: 'refuse' }));
              expect(await digestTree(folder, { links: 'refuse', indexFile })).toBe(digest);
            }
          } finally {
            rmSync(root, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has an index that tells what changed without what both times have alike', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 8 }),
        fc.array(edit, { maxLength: 3 }),
        async (first, then) => {
          const root = mkdtempSync(join(tmpdir(), 'pipe-tree-'));
          try {
            const [folder, indexFile, earlier] = ['data', 'index', 'earlier'].map((name) =>
              join(root, name),
            ) as [string, string, string];
            mkdirSync(folder);
            const look = async (): Promise<Parameters<typeof listingIn>[1]> =>
              digestTree(folder, { links: 'refuse', indexFile, settled: true });
            for (const one of first) apply(folder, one);
            const before = await look();
            copyFileSync(indexFile, earlier);
            for (const one of then) apply(folder, one);
            const after = await look();
            const whole = [listingIn(earlier, before), listingIn(indexFile, after)] as const;
            const part = changeOfListing(earlier, indexFile);
            if (part === undefined) throw new Error('an index cannot be read');
            expect(fileChanges(part.before, part.after, part.total)).toEqual(
              fileChanges(whole[0] ?? new Map(), whole[1] ?? new Map()),
            );
          } finally {
            rmSync(root, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the same when so many files are new that threads read them, and the index then knows them all', async () => {
    const root = await project();
    const folder = join(root, 'data');
    mkdirSync(folder);
    for (let i = 0; i < 1300; i++) writeFileSync(join(folder, String(i)), 'x'.repeat(i));
    const indexFile = join(root, 'index');
    const whole = await digestTree(folder, { links: 'refuse', indexFile, settled: true });
    expect(listingIn(indexFile, whole)?.size).toBe(1300);
    const other = join(root, 'other');
    mkdirSync(other);
    for (let i = 1299; i >= 0; i--) writeFileSync(join(other, String(i)), 'x'.repeat(i));
    expect(await digestTree(other, { links: 'refuse' })).toBe(whole);
  });
});
