import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { faultInSize, roomHere } from '../../../src/run/stage/command-size.ts';
import { needs } from '../../needs.ts';

const room = { single: 1000, total: 10_000 };
const sh = ['/bin/sh', '-c', 'true'];

const starts = (bytes: number): boolean =>
  spawnSync('/bin/true', { env: { A: 'x'.repeat(bytes - 'A=\0'.length) } }).error === undefined;

describe('what a command is started with', () => {
  it('may be as long as the system takes', () => {
    expect(faultInSize({ words: sh, environment: { A: 'x'.repeat(997) } }, room)).toBeUndefined();
  });

  it.each([
    ['a line', { words: ['/bin/sh', '-c', 'x'.repeat(1000)], environment: {} }, 'the command line has 1 KiB'],
    ['a variable', { words: sh, environment: { A: 'x'.repeat(998) } }, 'the variable A has 1 KiB'],
    [
      'letters of several bytes',
      { words: sh, environment: { B: 'ä'.repeat(500) } },
      'the variable B has 1 KiB',
    ],
    [
      'all of it',
      {
        words: sh,
        environment: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`V${i}`, 'x'.repeat(100)])),
      },
      'command line and environment have 10 KiB',
    ],
    [
      'what its programs are handed',
      { words: sh, environment: {}, handedOn: Array.from({ length: 90 }, () => 'x'.repeat(105)) },
      'command line and environment have 11 KiB',
    ],
  ])('is refused with its size: %s', (_, command, message) => {
    const fault = faultInSize(command, room);
    expect(fault?.code).toBe('COMMAND_TOO_LONG');
    expect(fault?.message).toContain(message);
  });

  it('is refused just where the system refuses it', (context) => {
    needs(context, 'Linux');
    const { single } = roomHere();
    expect([starts(single), starts(single + 1)]).toEqual([true, false]);
  });

  it('is looked at in linear time', () => {
    const words = Array.from({ length: 50_000 }, (_, index) => `w${index}`);
    const environment = Object.fromEntries(words.map((word) => [word, word]));
    expect(
      faultInSize({ words: ['/bin/sh', '-c', words.join(' ')], environment, handedOn: words })?.code,
    ).toBe('COMMAND_TOO_LONG');
  });
});
