import { describe, expect, it } from 'vitest';

import type { KeyChange } from '../../../src/graph/key.ts';
import { changeInShort, planCounts, reasonInShort } from '../../../src/report/terminal/words.ts';

const none = { count: 0, first: [] };
const change = (part: KeyChange['part'], name: string, more: Partial<KeyChange> = {}): KeyChange => ({
  part,
  name,
  before: 'a',
  after: 'b',
  ...more,
});

describe('a change in short', () => {
  it.each([
    [change('params', 'components', { before: 8, after: 12 }), 'parameter components 8 -> 12'],
    [change('params', 'k', { before: '1', after: 1 }), 'parameter k "1" -> 1'],
    [change('params', 'python', { before: '3.9', after: 'pypy' }), 'parameter python "3.9" -> pypy'],
    [change('code', 'src/science/image/crop.ts'), 'code src/science/image/crop.ts changed'],
    [change('code', 'src/new.ts', { before: undefined }), 'code src/new.ts is new'],
    [change('code', 'src/old.ts', { after: undefined }), 'code src/old.ts is gone'],
    [change('package', 'sharp', { before: '0.35.4', after: '0.35.5' }), 'package sharp 0.35.4 -> 0.35.5'],
    [change('environment', 'MODE', { before: undefined }), 'environment MODE is new'],
    [change('environment', 'TOKEN'), 'environment TOKEN changed'],
    [change('environment', 'TOKEN', { before: null }), 'environment TOKEN is set'],
    [change('environment', 'TOKEN', { after: null }), 'environment TOKEN is not set any more'],
    [change('input', 'train'), 'input train changed'],
    [
      change('input', 'photos', {
        files: {
          total: 50_000,
          changed: { count: 3, first: ['a.jpg', 'b.jpg', 'c.jpg'] },
          added: none,
          removed: none,
        },
      }),
      'input photos: 3 of 50,000 files changed: a.jpg, b.jpg, c.jpg',
    ],
    [
      change('input', 'photos', {
        files: {
          total: 2001,
          changed: none,
          added: { count: 1200, first: ['d', 'e', 'f', 'g'] },
          removed: { count: 1, first: ['z'] },
        },
      }),
      'input photos: 1,200 files added: d, e, f, …; 1 file removed: z',
    ],
  ])('%j reads as %j', (one, text) => {
    expect(changeInShort(one)).toBe(text);
  });

  it('of several, the first two are told and the rest counted', () => {
    const changes = ['a', 'b', 'c', 'd'].map((name) => change('params', name));
    expect(reasonInShort({ kind: 'changed', changes, against: 'gmm' })).toBe(
      'new; unlike gmm: parameter a a -> b; parameter b a -> b; 2 more',
    );
  });
});

it('the counts of a plan name only what there is', () => {
  const counts = { total: 9, hit: 1, run: 2, perhaps: 1, alike: 3, shared: 2 };
  expect(planCounts(counts)).toBe(
    "9 nodes: 5 to run (3 of them unless their inputs come out like another's), 1 perhaps (unless its inputs come out as before), 2 shared with another, 1 unchanged",
  );
  expect(planCounts({ ...counts, total: 1, run: 0, perhaps: 0, alike: 0, shared: 0 })).toBe(
    '1 node: 1 unchanged',
  );
});
