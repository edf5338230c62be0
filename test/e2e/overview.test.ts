import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { needs } from '../needs.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const files = {
  'pipeline.yaml': `
params: { size: 1, train: { rate: 1 } }
stages:
  data: { run: echo data > $PIPE_OUTPUT/data }
  train: { run: "echo hello; cat $PIPE_INPUT_DATA/data > $PIPE_OUTPUT/model", inputs: { data: data }, with: { size: "\${size}" } }
`,
  'experiments/long.yaml': 'set: { size: 9 }\n',
};

describe('a stage that failed', () => {
  it('is not said to have never run: by plan, why, status and the report', async () => {
    const root = await temporaryProject({
      'pipeline.yaml':
        'stages:\n  a: { run: touch $PIPE_OUTPUT/a }\n  b: { run: exit 3, inputs: { a: a } }\n',
    });
    expect((await pipe(root, ['run', 'b', '-q'])).code).toBe(1);
    expect((await pipe(root, ['plan', 'b'])).stdout).toBe(
      'unchanged a\nrun       b  failed when it ran last',
    );
    expect((await pipe(root, ['why', 'b'])).stdout).toBe('b: run, failed when it ran last');
    expect((await pipe(root, ['status', 'b'])).stdout).toContain('b  run, failed when it ran last');
    await pipe(root, ['report', 'b']);
    const page = await readFile(join(root, 'report.html'), 'utf8');
    expect(page).toContain('It failed when it ran last (see Failures)');
    expect(page).not.toContain('Not run yet');
  });
});

describe('pipe status', () => {
  it('says of each stage what is done and how the last run ended', async () => {
    const root = await temporaryProject(files);
    expect((await pipe(root, ['status'])).stdout.split('\n')).toEqual([
      'data   run, never run',
      'train  run, never run',
      '',
      '2 nodes: 2 to run',
    ]);
    await pipe(root, ['run', 'train', '-q']);
    const lines = (await pipe(root, ['status', '-S', 'size=2'])).stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'data   unchanged',
      'train  run, parameter size 1 -> 2',
      '',
      '2 nodes: 1 to run, 1 unchanged',
    ]);
    expect(lines[4]).toMatch(/^the last run, 20.+Z: 2 ran, 0 unchanged, /);
    expect(JSON.parse((await pipe(root, ['status', '--json'])).stdout)).toMatchObject({
      targets: ['train'],
      counts: { total: 2, hit: 2 },
      running: [],
    });
  });
});

describe('pipe graph', () => {
  it('draws what pipeline.yaml leads to', async () => {
    const root = await temporaryProject(files);
    expect((await pipe(root, ['graph'])).stdout).toBe('train\n└─ data');
    expect((await pipe(root, ['graph', 'train', '--format', 'mermaid'])).stdout).toMatch(/^flowchart LR\n/);
    expect((await pipe(root, ['graph', '--format', 'svg'])).code).toBe(2);
  });
});

describe('completion', () => {
  it.each([
    [['ru'], 'run'],
    [['run', 'tr'], 'train'],
    [['run', '-e', ''], 'long'],
    [['plan', '-S', 'tr'], 'train=\ntrain.rate='],
    [['graph', '--format', ''], 'tree\nmermaid\ndot'],
    [['run', '--keep'], '--keep-going'],
    [['run', '--jobs', ''], ''],
    [['nothing', ''], ''],
  ])('of %j is %j', async (words, found) => {
    const root = await temporaryProject(files);
    expect((await pipe(root, ['complete', '--', ...words])).stdout).toBe(found);
  });

  it('works in bash', async (context) => {
    needs(context, 'bash');
    const root = await temporaryProject(files);
    const program = join(import.meta.dirname, '../../bin/pipe.js');
    const script = `pipe() { '${process.execPath}' '${program}' "$@"; }
eval "$(pipe completion bash)"; COMP_WORDS=(pipe run da); COMP_CWORD=2; _pipe; echo "\${COMPREPLY[@]}"`;
    expect((await execa('bash', ['-c', script], { cwd: root })).stdout).toBe('data');
  });

  it.each([
    ['zsh', '_files'],
    ['fish', '__fish_complete_path'],
  ])('has a script for %s, which completes file names where there is nothing else', async (shell, files) => {
    const { stdout } = await pipe('/', ['completion', shell]);
    expect(stdout).toContain('pipe complete -- ');
    expect(stdout).toContain(files);
  });
});

describe('a Node that does not read TypeScript', () => {
  const program = join(import.meta.dirname, '../../bin/pipe.js');
  const byOlderNode = (...words: readonly string[]): Promise<{ exitCode?: number; stdout: string }> =>
    execa(process.execPath, ['--no-experimental-strip-types', program, ...words], {
      cwd: import.meta.dirname,
      reject: false,
    });

  it('starts the one of the package, and says what that says', async () => {
    const { exitCode, stdout } = await byOlderNode('stages', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'ablations' }));
  });

  it('ends as that ends', async () => {
    expect((await byOlderNode('run', 'no-such-stage')).exitCode).toBe(2);
  });
});

describe('the terminal', () => {
  it('says of a failure what to do even where nothing else is shown', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': 'stages: { broken: { run: "exit 3" } }\n',
    });
    const { code, stderr } = await pipe(root, ['run', 'broken', '-q']);
    expect([code, stderr]).toEqual([
      1,
      'FAILED  broken  broken: COMMAND_FAILED the command ended with exit code 3 (pipe log broken shows what it wrote)',
    ]);
  });

  it('ends quietly where a reader has seen enough, of a run that is told again too', async (context) => {
    needs(context, 'bash');
    const root = await temporaryProject(files);
    const program = join(import.meta.dirname, '../../bin/pipe.js');
    const line = `set -o pipefail; '${process.execPath}' '${program}' run train --json | (exec <&-; sleep 1)`;
    for (let turn = 0; turn < 3; turn += 1)
      expect(await execa('bash', ['-c', line], { cwd: root })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('prints its version', async () => {
    const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await pipe('/', ['--version'])).toEqual({ code: 0, stdout: version, stderr: '' });
  });

  it('folds logs in GitHub Actions', async () => {
    const root = await temporaryProject(files);
    const { stderr } = await pipe(root, ['run', 'train'], { GITHUB_ACTIONS: 'true' });
    expect(stderr).toMatch(/^::group::done {4}train .*\nhello\n::endgroup::$/m);
  });
});
