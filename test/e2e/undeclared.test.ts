import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { needs } from '../needs.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const files = {
  'pipeline.yaml': `
stages:
  module:
    use: stages/module.ts
    inputs: { data: ./data }
  command:
    run: cat extra.csv {{ inputs.data }}/x script.sh > {{ output }}/x; echo model > model.bin
    inputs: { data: ./data }
    files: [script.sh]
  honest:
    run: cat {{ inputs.data }}/x > {{ output }}/x
    inputs: { data: ./data }
`,
  'package.json': '{ "type": "module" }',
  'data/x': 'x',
  'extra.csv': '1',
  'worker.txt': 'w',
  'script.sh': '',
  'node_modules/tool/data.json': '{}',
  'stages/module.ts': `
    import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
    import { open, readFile } from 'node:fs/promises';
    import { tmpdir } from 'node:os';
    import { Worker } from 'node:worker_threads';
    import { declared } from './declared.ts';
    export default {
      async run({ inputs, output, checkpoint }: any): Promise<void> {
        const data = inputs.one('data').path;
        for (const name of readdirSync(data)) readFileSync(data + '/' + name);
        readFileSync(new URL('./declared.txt', import.meta.url));
        readFileSync('node_modules/tool/data.json');
        for (const folder of [output, checkpoint]) writeFileSync(folder + '/x', declared);
        rmSync(mkdtempSync(tmpdir() + '/pipe-undeclared-'), { recursive: true });
        await readFile('extra.csv');
        await (await open('pipeline.yaml')).close();
        for await (const _ of createReadStream('script.sh'));
        const name = './loaded.ts';
        await import(name);
        writeFileSync('made.txt', 'x');
        await new Promise((resolve) => new Worker(new URL('./worker.ts', import.meta.url)).on('exit', resolve));
      },
    };`,
  'stages/declared.ts': "export const declared = 'x';",
  'stages/declared.txt': '',
  'stages/loaded.ts': '',
  'stages/worker.ts': "import { readFileSync } from 'node:fs'; readFileSync('worker.txt');",
};

const strays = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => line.startsWith('stray'));

const undeclaredIn = (root: string, stage: string): unknown => {
  const [key = ''] = readdirSync(join(root, 'artifacts', stage));
  const text = readFileSync(join(root, 'artifacts', stage, key, 'manifest.json'), 'utf8');
  return (JSON.parse(text) as { undeclared?: unknown }).undeclared;
};

describe('a module that touches files without declaring them', () => {
  const touched = [
    { path: 'extra.csv', how: 'read' },
    { path: 'made.txt', how: 'written' },
    { path: 'pipeline.yaml', how: 'read' },
    { path: 'script.sh', how: 'read' },
    { path: 'stages/loaded.ts', how: 'read' },
    { path: 'worker.txt', how: 'read' },
  ];

  it('is reported, in its worker threads too, kept in the manifest and the log, and told each time it is taken', async () => {
    const root = await temporaryProject(files);
    const first = await pipe(root, ['run', 'module']);
    expect(first.code).toBe(0);
    expect(strays(first.stderr)).toEqual([
      'stray   module  read extra.csv, pipeline.yaml, script.sh and 2 more, which it does not declare (inputs, files)',
      'stray   module  wrote made.txt beside its output',
    ]);
    expect(undeclaredIn(root, 'module')).toEqual(touched);
    expect((await pipe(root, ['log', 'module'])).stdout).toContain('not declared: worker.txt read');
    expect((await pipe(root, ['run', 'module'])).stderr).toContain('taken   module  it wrote made.txt');
    expect((await pipe(root, ['plan', 'module'])).stdout).toContain('unchanged module  it read extra.csv');
  });

  it('fails in a strict run, whether it runs or is taken from the store', async () => {
    const root = await temporaryProject(files);
    const strict = await pipe(root, ['run', 'module', '--strict']);
    const free = await pipe(root, ['run', 'module']);
    const taken = await pipe(root, ['run', 'module', '--strict']);
    expect([strict.code, free.code, taken.code]).toEqual([1, 0, 1]);
    expect(strict.stderr).toContain('FILES_UNDECLARED');
    expect(taken.stderr).toContain('FILES_UNDECLARED');
  });
});

describe('a command that touches files without declaring them', () => {
  it('is reported where new files of the project appear', async () => {
    const root = await temporaryProject(files);
    expect(strays((await pipe(root, ['run', 'command'])).stderr)).toEqual([
      'stray   command  model.bin appeared in the project while it ran; what a stage makes belongs into its output',
    ]);
  });

  it('is followed with --trace', async (context) => {
    needs(context, 'strace');
    const root = await temporaryProject(files);
    const { stderr } = await pipe(root, ['run', 'command', 'honest', '--trace', '--jobs', '1']);
    expect(strays(stderr)).toEqual([
      'stray   command  read extra.csv, which it does not declare (inputs, files)',
      'stray   command  wrote model.bin beside its output',
    ]);
    expect(existsSync(join(root, 'model.bin'))).toBe(true);
    expect(undeclaredIn(root, 'honest')).toBeUndefined();
  });

  it('is refused with --trace where there is no strace', async () => {
    const root = await temporaryProject(files);
    const { code, stderr } = await pipe(root, ['run', 'command', '--trace'], { PATH: '/nowhere' });
    expect(stderr).toContain('TRACER_MISSING');
    expect(code).toBe(2);
  });

  it('ends with --trace as it does without', async (context) => {
    needs(context, 'strace');
    const root = await temporaryProject({
      'pipeline.yaml': 'stages: { ends: { run: exit 3 }, dies: { run: kill -9 $$ } }\n',
    });
    const { stderr } = await pipe(root, ['run', 'ends', 'dies', '--trace']);
    expect(stderr).toContain('the command ended with exit code 3');
    expect(stderr).toContain('the process was ended by SIGKILL');
  });
});

it('a stage that keeps to what it declares is not reported', async () => {
  const root = await temporaryProject(files);
  const { stderr } = await pipe(root, ['run', 'honest', '--strict']);
  expect(strays(stderr)).toEqual([]);
  expect(undeclaredIn(root, 'honest')).toBeUndefined();
});
