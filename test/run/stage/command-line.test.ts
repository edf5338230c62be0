import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fillCommand } from '../../../src/run/stage/command-line.ts';
import type { StageInput } from '../../../src/stage.ts';

const input = (path: string): StageInput => ({ path, origin: path, overrides: {} });
const context = {
  output: '/out put',
  checkpoint: '/check',
  cpus: 2,
  paramsFile: '/params.json',
  inputsFile: '/inputs.json',
  inputs: { one: [input('/a b')], many: [input('/x'), input('/y z')], none: [] },
};

/** The words that `sh` hands to a program. */
function wordsOf(command: string, params: Parameters<typeof fillCommand>[1]): readonly string[] {
  const { line, variables } = fillCommand(command, params, context);
  const printed = execFileSync('/bin/sh', ['-c', line.replace(/^show/, "printf '%s\\0'")], {
    env: { PATH: process.env['PATH'], ...variables },
    encoding: 'utf8',
  });
  return printed.split('\0').slice(0, -1);
}

describe('a command', () => {
  it('gets every value as it is, whatever it holds', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('$(touch pwned)', '`id`', '";id;"', "'", '\\', '*', '~', '-n', 'a\nb', ' ', ''),
    );
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        fc.pre(![a, b].some((text) => text.includes('\0') || !text.isWellFormed()));
        expect(
          wordsOf('show {{ with.a }} --b={{with.b}}{{ with.a }} "$({{ with.x }})"', { a, b, x: 'true' }),
        ).toEqual([a, `--b=${b}${a}`, '']);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('gets a list as several words, a swept input too, an absent one as none', () => {
    const params = { sizes: [1, 2.5, 'a b'], deep: { er: true }, empty: [] };
    expect(wordsOf('show {{ with.sizes }} {{ with.deep.er }} {{ with.empty }} {{ cpus }}', params)).toEqual([
      '1',
      '2.5',
      'a b',
      'true',
      '2',
    ]);
    expect(wordsOf('show {{ inputs.one }} {{ inputs.many }} {{ inputs.none }} {{ output }}/m', {})).toEqual([
      '/a b',
      '/x',
      '/y z',
      '/out put/m',
    ]);
  });
});
