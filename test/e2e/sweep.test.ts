import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const files = {
  'pipeline.yaml': `
params: { seed: 7, train: { rate: 1, size: 1 } }
stages:
  data: { run: echo data > $PIPE_OUTPUT/data }
  train:
    run: grep -q '"rate":0' "$PIPE_PARAMS" && exit 1; cat "$PIPE_PARAMS" > $PIPE_OUTPUT/model
    inputs: { data: data }
    with: { ...: "\${train}", seed: "\${seed}" }
`,
  'experiments/steps.yaml':
    'sweep: { zip: { train.rate: 1..3, train.size: [2, 4, 6] }, exclude: { train.rate: 2 } }\n',
};

async function planned(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await pipe(await temporaryProject(files), [
    'plan',
    'train',
    '--json',
    ...args,
  ]);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { nodes: readonly { node: string }[] }).nodes.map(({ node }) => node);
}

describe('a sweep', () => {
  it('of the command line takes ranges, seeds and whole sweeps, and shares what is common', async () => {
    expect(await planned('-S', 'train.rate=2..3')).toEqual([
      'data',
      'train[train.rate=2]',
      'train[train.rate=3]',
    ]);
    expect(await planned('--seeds', '2')).toEqual(['data', 'train', 'train[seed=8]']);
    const sweep = '{ union: [{ seed: [1] }, { zip: { train.rate: [1, 5], train.size: [1, 6] } }] }';
    expect(await planned('--sweep', sweep)).toEqual([
      'data',
      'train[seed=1]',
      'train',
      'train[train.rate=5, train.size=6]',
    ]);
  });

  it('of an experiment yields to an override of the command line', async () => {
    expect(await planned('-e', 'steps')).toEqual([
      'data',
      'train[train.size=2]',
      'train[train.rate=3, train.size=6]',
    ]);
    expect(await planned('-e', 'steps', '-S', 'train.rate=4')).toEqual([
      'data',
      'train[train.size=2]',
      'train[train.size=4]',
      'train[train.size=6]',
    ]);
  });

  it('is shown a node at a time, each by its name and with a line between', async () => {
    const run = `printf '{"loss": %s}' {{ with.degree }} > {{ output }}/metrics.json`;
    const root = await temporaryProject({
      'pipeline.yaml': JSON.stringify({
        params: { fit: { degree: 2 }, seed: 1 },
        stages: { fit: { run, with: { degree: '${fit.degree}', seed: '${seed}' } } },
      }),
    });
    const sweep = ['-S', 'fit.degree=1,2'];
    await pipe(root, ['run', 'fit', '-q', ...sweep]);
    const { stdout } = await pipe(root, ['show', 'fit', ...sweep]);
    const titles = stdout.split('\n').filter((line) => line.startsWith('fit'));
    expect(titles).toEqual(['fit[fit.degree=1]', 'fit']);
    expect(stdout).toMatch(/\n\nfit\n/);
    await pipe(root, ['run', 'fit', '-q', ...sweep, '--seeds', '2']);
    const grouped = (await pipe(root, ['show', 'fit', ...sweep, '--seeds', '2'])).stdout;
    expect(grouped.split('\n').filter((line) => line.startsWith('fit'))).toEqual(titles);
  });

  it('of texts that look like numbers has a node for each, which its name leads back to', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': `
params: { python: '3.9' }
stages:
  s: { run: cp "$PIPE_PARAMS" $PIPE_OUTPUT/params, with: { v: "\${python}" } }
  g: { run: touch $PIPE_OUTPUT/g, inputs: { a: { from: s, sweep: { python: ['3.9', '3.10', '3.1', 3.1, 'true', true] } } } }
`,
    });
    expect((await pipe(root, ['run', 'g', '-q'])).code).toBe(0);
    const { stdout } = await pipe(root, ['plan', 'g', '--json']);
    const { nodes } = JSON.parse(stdout) as { nodes: readonly { node: string }[] };
    const values = { '"3.10"': '3.10', '"3.1"': '3.1', '3.1': 3.1, '"true"': 'true', true: true };
    expect(nodes.map(({ node }) => node)).toEqual([
      's',
      ...Object.keys(values).map((text) => `s[python=${text}]`),
      'g',
    ]);
    for (const [text, v] of Object.entries(values)) {
      const shown = await pipe(root, ['show', `s[python=${text}]`, '--json']);
      const { folder } = JSON.parse(shown.stdout) as { folder: string };
      expect(JSON.parse(await readFile(join(root, folder, 'params'), 'utf8'))).toEqual({ v });
    }
  });

  it('with a fault is refused with its place', async () => {
    const root = await temporaryProject(files);
    const { code, stderr } = await pipe(root, [
      'plan',
      'train',
      '--sweep',
      '{ zip: { seed: [1], train.rate: [1, 2] } }',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /SWEEP_LENGTHS parameters in step need as many values each: seed has 1, train.rate has 2/,
    );
  });

  it('goes on when a point fails, and when repeated runs only that', async () => {
    const root = await temporaryProject(files);
    const first = await pipe(root, ['run', 'train', '-S', 'train.rate=0,2,3', '--jobs', '1']);
    expect(first).toMatchObject({ code: 1 });
    expect(first.stderr).toMatch(/^3 ran, 0 unchanged, 1 failed/m);
    const again = await pipe(root, ['run', 'train', '-S', 'train.rate=0,2,3']);
    expect(again.stderr).toMatch(/^0 ran, 3 unchanged, 1 failed/m);
  });

  it('stops at a failure with --fail-fast, and says so', async () => {
    const root = await temporaryProject(files);
    await pipe(root, ['run', 'data', '-q']);
    const { code, stderr } = await pipe(root, [
      'run',
      'train',
      '-S',
      'train.rate=0,2,3',
      '--fail-fast',
      '--jobs',
      '1',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/skip .* stopped after .* failed/);
    expect(stderr).not.toMatch(/interrupted/);
  });
});
