import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { write } from '../run/project.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const files = {
  'pipeline.yaml': `
params: { size: 1 }
stages:
  one: { run: cat $PIPE_INPUT_DATA > $PIPE_OUTPUT/one, inputs: { data: ./data } }
  two: { run: cat $PIPE_INPUT_ONE/one $PIPE_PARAMS > $PIPE_OUTPUT/two, inputs: { one: one }, with: { size: "\${size}" }, files: [two.sh] }
`,
  'two.sh': '# nothing\n',
  data: 'data',
};

async function withPlan(...args: readonly string[]): Promise<string> {
  const root = await temporaryProject(files);
  const { stdout } = await pipe(root, ['plan', 'two', '--json', ...args]);
  await writeFile(join(root, 'plan.json'), stdout);
  return root;
}

describe('pipe run --plan', () => {
  it('does what was planned, with the options of the plan', async () => {
    const root = await withPlan('-S', 'size=5,6');
    const { code, stderr } = await pipe(root, ['run', '--plan', 'plan.json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^done {4}two\[size=6\]/m);
  });

  it.each([
    ['an input', { data: 'other' }, 'the code, parameters or inputs of one changed'],
    [
      'the code of a node that waits',
      { 'two.sh': 'true\n' },
      'the code, parameters or inputs of two changed',
    ],
    [
      'a parameter',
      { 'pipeline.yaml': files['pipeline.yaml'].replace('size: 1', 'size: 2') },
      'two is not in the graph any more; two is new in the graph',
    ],
  ] as readonly (readonly [string, Record<string, string>, string])[])(
    'refuses when %s changed since, and runs nothing',
    async (_, change, message) => {
      const root = await withPlan();
      await write(root, change);
      const { code, stderr, stdout } = await pipe(root, ['run', '--plan', 'plan.json']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`PLAN_OUTDATED nothing ran, for the plan no longer holds: ${message}`);
      expect(stderr).not.toContain('start');
    },
  );

  it('refuses when another run did the work meanwhile', async () => {
    const root = await withPlan();
    await pipe(root, ['run', 'one', '-q']);
    expect((await pipe(root, ['run', '--plan', 'plan.json'])).stderr).toContain(
      'one was planned to run and would be taken from the store now',
    );
  });

  it('takes no targets beside it, and no file that is not a plan', async () => {
    const root = await withPlan();
    expect((await pipe(root, ['run', 'two', '--plan', 'plan.json'])).stderr).toContain('PLAN_AND_TARGETS');
    expect((await pipe(root, ['run', '--plan', 'two.sh'])).stderr).toContain('PLAN_UNREADABLE');
  });
});
