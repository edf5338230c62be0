import { describe, expect, it } from 'vitest';

import { parseRange } from '../../src/config/range.ts';
import { readSweep } from '../../src/config/read-sweep.ts';
import { rootScope } from '../../src/config/scope.ts';
import { pointsOf } from '../../src/config/sweep.ts';
import { toJson } from '../../src/config/located.ts';
import { parseYaml } from '../../src/config/yaml.ts';
import type { Diagnostic } from '../../src/config/diagnostic.ts';

function read(text: string): Readonly<Record<'points' | 'faults' | 'messages', readonly string[]>> {
  const parsed = parseYaml({ name: 'sweep.yaml', kind: 'file', text });
  const params = parseYaml({ name: 'p', kind: 'file', text: 'seed: 2024\nlist: [7, 8]\nname: x\n' });
  if (!parsed.ok || !params.ok || params.value.kind !== 'mapping') throw new Error('not YAML');
  const diagnostics: Diagnostic[] = [];
  const reading = { scope: rootScope(params.value), diagnostics, reads: new Set<string>(), open: [] };
  const points = pointsOf(readSweep(parsed.value, reading)).map((point) =>
    point.map(({ path, value }) => `${path}=${JSON.stringify(toJson(value))}`).join(' '),
  );
  return {
    points,
    faults: diagnostics.map(({ code }) => code),
    messages: diagnostics.map(({ message }) => message),
  };
}

describe('a sweep', () => {
  it.each([
    ['of one parameter has a point for each value', 'a: [1, x]', ['a=1', 'a="x"']],
    [
      'of several is a grid, the first varying slowest',
      'a: [1, 2]\nb: [3, 4]',
      ['a=1 b=3', 'a=1 b=4', 'a=2 b=3', 'a=2 b=4'],
    ],
    [
      'takes ranges, alone and in lists',
      'a: 1..3\nb: [5, 7..8]',
      ['a=1 b=5', 'a=1 b=7', 'a=1 b=8', 'a=2 b=5', 'a=2 b=7', 'a=2 b=8', 'a=3 b=5', 'a=3 b=7', 'a=3 b=8'],
    ],
    ['takes a text in quotes as it is', 'a: ["1..3"]', ['a="1..3"']],
    ['takes a reference to a list', 'a: "${list}"', ['a=7', 'a=8']],
    ['goes in step with zip', 'zip: { a: 1..2, b: [x, y] }', ['a=1 b="x"', 'a=2 b="y"']],
    [
      'crosses zips with the rest',
      'c: [0, 1]\nzip: [{ a: [1, 2], b: [3, 4] }]',
      ['c=0 a=1 b=3', 'c=0 a=2 b=4', 'c=1 a=1 b=3', 'c=1 a=2 b=4'],
    ],
    [
      'joins sweeps with union, each point once',
      'union: [{ a: 1..2 }, { a: [2], b: [5] }, { a: 2..3 }]',
      ['a=1', 'a=2', 'a=2 b=5', 'a=3'],
    ],
    [
      'leaves out what is excluded',
      'a: 1..3\nb: [1, 2]\nexclude: [{ a: [1, 2], b: 2 }, { a: 3 }]',
      ['a=1 b=1', 'a=2 b=1'],
    ],
    ['counts seeds on from the seed', 'seeds: 3', ['seed=2024', 'seed=2025', 'seed=2026']],
  ])('%s', (_, text, points) => {
    expect(read(text)).toMatchObject({ points, faults: [] });
  });

  it.each([
    ['zip: { a: [1, 2], b: [1] }', 'SWEEP_LENGTHS'],
    ['a: []', 'SWEEP_KIND'],
    ['a: 3', 'SWEEP_KIND'],
    ['a: 1..5 by -1', 'SWEEP_KIND'],
    ['seeds: none', 'SWEEP_KIND'],
    ['union: [1]', 'SWEEP_KIND'],
    ['a: [1]\nexclude: { c: 1 }', 'SWEEP_KIND'],
    ['a: [1]\nexclude: { a: 1 }', 'SWEEP_EMPTY'],
    ['a: 1..1000\nb: 1..1000', 'SWEEP_TOO_LARGE'],
    ['a: 1..1e12', 'SWEEP_TOO_LARGE'],
  ])('%j is refused', (text, code) => {
    expect(read(text).faults).toContain(code);
  });
});

it('a range too long to be read is told without a count that is not its own', () => {
  const { messages } = read('a: 1..1000000000');
  expect(messages).toEqual(['the sweep of a has more than 100000 points']);
  expect(read('a: 1..1000\nb: 1..1000').messages[0]).toContain('has 1000000 points, more than 100000');
});

describe('a range', () => {
  it.each([
    ['1..5', [1, 2, 3, 4, 5]],
    ['5..3', [5, 4, 3]],
    ['0..1 by 0.25', [0, 0.25, 0.5, 0.75, 1]],
    ['0.1..0.5 by 0.1', [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['1..6 by 2', [1, 3, 5]],
    ['-2..-2', [-2]],
  ])('%s holds both ends where the steps meet them', (text, values) => {
    expect(parseRange(text)).toEqual({ kind: 'values', values });
  });

  it('is not read into other texts', () => {
    for (const text of ['../photos', '1.5', 'a..b', '1...3', '..', '1..'])
      expect(parseRange(text)).toEqual({ kind: 'none' });
  });
});
