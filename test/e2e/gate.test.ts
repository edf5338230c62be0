/** What the gate is shown of metrics that cannot stand against each other, or have nothing to stand with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe, type Ended } from './pipe.ts';
import { commit, git, repository } from './recorded-project.ts';

const metric = (value: number | string, direction = 'higher', unit = '1', name = 'acc'): string =>
  `[{"name":"${name}","value":${value},"direction":"${direction}","unit":"${unit}"}]`;

/** `before` is recorded and committed; then `after` runs and is compared with it. */
async function compared(
  before: string,
  after: string,
): Promise<{ readonly diff: Ended; readonly gate: Ended }> {
  const root = await temporaryProject({
    '.gitignore': 'artifacts/\n',
    'pipeline.yaml': `stages:\n  t: { run: "cp {{ inputs.s }} {{ output }}/metrics.json", inputs: { s: ./source.json } }\n`,
    'source.json': before,
  });
  await git(root, 'init', '--quiet', '--initial-branch=main');
  await pipe(root, ['run', 't', '-q']);
  await pipe(root, ['record']);
  await commit(root);
  writeFileSync(join(root, 'source.json'), after);
  await pipe(root, ['run', 't', '-q']);
  return { diff: await pipe(root, ['diff']), gate: await pipe(root, ['diff', '--gate']) };
}

describe('the gate', () => {
  it.each([
    ['another direction', metric(0.8), metric(0.4, 'lower'), 'not comparable: better was higher, is lower'],
    [
      'a direction taken away',
      metric(0.8),
      metric(0.4, 'none'),
      'not comparable: better was higher, is none',
    ],
    ['a direction given', metric(0.8, 'none'), metric(0.9), 'not comparable: better was none, is higher'],
    ['another unit', metric(0.8), metric(41, 'higher', 'percent'), '1 -> percent  not comparable'],
    [
      'another unit of a number that is the same',
      metric(0.8),
      metric(0.8, 'higher', ''),
      '1 -> none  not comparable',
    ],
    ['a value that is lost', metric(0.8), metric('NaN'), 'no value                lost its value'],
    ['a metric with a direction that is gone', metric(0.8), metric(0.8, 'higher', '1', 'other'), 'gone'],
  ])('refuses %s, and the comparison says so', async (_, before, after, words) => {
    const { diff, gate } = await compared(before, after);
    expect([diff.code, diff.stdout]).toEqual([0, expect.stringContaining(words)]);
    expect([gate.code, gate.stdout]).toEqual([3, expect.stringContaining('The gate refuses: t acc.')]);
  });

  it.each([
    ['a value that is gained', metric('null'), metric(0.8), 'gained a value'],
    ['no value on both sides', metric('null'), metric('NaN'), '1 metric is as before'],
    [
      'a value lost by a metric without a direction',
      metric(0.8, 'none'),
      metric('NaN', 'none'),
      'lost its value',
    ],
    [
      'a metric without a direction that is gone',
      metric(0.8, 'none'),
      metric(1, 'none', '1', 'other'),
      'gone',
    ],
  ])('lets %s pass, and the comparison says so', async (_, before, after, words) => {
    const { diff, gate } = await compared(before, after);
    expect([diff.code, diff.stdout]).toEqual([0, expect.stringContaining(words)]);
    expect(gate.code).toBe(0);
  });

  it('fails where one side alone is marked: results of different kinds do not compare', async () => {
    const root = await repository();
    await pipe(root, ['run', 'score', '-q']);
    await pipe(root, ['record']);
    await commit(root);
    const stage = join(root, 'stages/train.js');
    writeFileSync(stage, readFileSync(stage, 'utf8').replace("mark('simulated');", ''));
    await pipe(root, ['run', 'score', '-q']);
    expect((await pipe(root, ['diff'])).code).toBe(0);
    const gate = await pipe(root, ['diff', '--gate']);
    expect([gate.code, gate.stdout]).toEqual([
      4,
      expect.stringContaining('The gate fails: results of different kinds do not compare.'),
    ]);
  });

  it('compares by significant digits of each number', async () => {
    const { diff } = await compared(metric(1e-10), metric(3e-10));
    expect(diff.stdout).toMatch(/t acc +1e-10 +3e-10 +\+2e-10 +better/);
    const whole = await compared(metric(1234567), metric(1234568));
    expect(whole.diff.stdout).toMatch(/t acc +1234567 +1234568 +\+1 +better/);
  });
});
