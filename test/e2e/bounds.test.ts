import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { execa } from 'execa';

import { describe, expect, it } from 'vitest';

import { longestStageName } from '../../src/config/stage-names.ts';
import { project } from '../run/project.ts';
import { pipe } from './pipe.ts';
import { runnerProject, until } from './runner-project.ts';

const words = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => `w${index}`));

const echo = (count: number): Promise<string> =>
  runnerProject(`  a: { run: 'echo {{ with.l }} > {{ output }}/x', with: { l: ${words(count)} } }\n`);

const sweep = (run: string): string =>
  `  a: { run: 'touch {{ output }}/x', with: { seed: '\${seed}' } }\n` +
  `  b: { run: '${run}', inputs: { all: { from: a/x, sweep: { seed: 1..8000 } } } }\n`;

async function only(root: string, stage: string, file: string): Promise<string> {
  const { stdout } = await pipe(root, ['show', stage, '--json']);
  const { folder } = JSON.parse(stdout) as { folder: string };
  return readFile(join(root, folder, file), 'utf8');
}

describe('a command line', () => {
  it('takes five thousand words of a parameter', async () => {
    const root = await echo(5000);
    expect(await pipe(root, ['run', 'a', '-q'])).toMatchObject({ code: 0 });
    expect((await only(root, 'a', 'x')).split(' ')).toHaveLength(5000);
  });

  it.each([10_000, 100_000])('of %i words is refused before anything runs', async (count) => {
    const root = await echo(count);
    for (const command of ['plan', 'run']) {
      const { code, stderr } = await pipe(root, [command, 'a']);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /pipeline\.yaml:3:\d+: COMMAND_TOO_LONG a: the command line has \d+ KiB, and the system takes 128 KiB in one piece/,
      );
      expect(stderr).toContain('$PIPE_PARAMS');
    }
  });

  it('is refused where its values together are more than there is room for', async () => {
    const long = JSON.stringify(Array.from({ length: 1000 }, () => 'x'.repeat(9000)));
    const root = await runnerProject(`  a: { run: 'true {{ with.l }}', with: { l: ${long} } }\n`);
    const { code, stderr } = await pipe(root, ['plan', 'a']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/COMMAND_TOO_LONG a: command line and environment have \d+ KiB/);
  });

  it('with thousands of swept inputs is refused, and reads them from a file', async () => {
    for (const run of ['ls {{ inputs.all }}', 'echo $PIPE_INPUT_ALL']) {
      const { code, stderr } = await pipe(await runnerProject(sweep(run)), ['plan', 'b']);
      expect(code).toBe(2);
      expect(stderr).toContain('COMMAND_TOO_LONG b');
      expect(stderr).toContain('$PIPE_INPUTS');
    }
    const root = await runnerProject(sweep('cp $PIPE_INPUTS {{ output }}/paths').replace('8000', '3'));
    expect(await pipe(root, ['run', 'b', '-q'])).toMatchObject({ code: 0 });
    const { all } = JSON.parse(await only(root, 'b', 'paths')) as { all: readonly string[] };
    expect(all).toHaveLength(3);
    expect(
      (await pipe(await runnerProject(sweep('cp $PIPE_INPUTS {{ output }}/paths')), ['plan', 'b'])).code,
    ).toBe(0);
  });
});

describe('a zero byte', () => {
  it.each([
    ['a command', `  a: { run: "echo \\0" }\n`],
    ['a value', `  a: { run: 'true', with: { v: "a\\0" } }\n`],
    ['a name', `  "a\\0b": { run: 'true' }\n`],
    ['the name of a variable', `  a: { run: 'true', environment: ["A\\0"] }\n`],
    ['a path', `  a: { run: 'true', inputs: { i: "./a\\0" } }\n`],
    ['a script', `  a: { run: 'true', files: ["a\\0"] }\n`],
    ['a module', `  a: { use: "a\\0.ts" }\n`],
  ])('in %s is refused with its place', async (_, stages) => {
    const { code, stderr } = await pipe(await runnerProject(stages), ['plan', 'a']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pipeline\.yaml:3:\d+: YAML_ZERO_BYTE .* holds a zero byte/m);
  });

  it.each([
    ['-S', 'seed="\\0"'],
    ['--sweep', '{ seed: ["\\0"] }'],
  ])('in %s is refused', async (option, text) => {
    const root = await runnerProject(`  a: { run: 'true {{ with.s }}', with: { s: '\${seed}' } }\n`);
    const { code, stderr } = await pipe(root, ['plan', 'a', option, text]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('YAML_ZERO_BYTE') });
  });
});

const named = (name: string, run: string): Promise<string> => runnerProject(`  ${name}: { run: '${run}' }\n`);

describe('the name of a stage', () => {
  it('may be as long as files can be named after it, whether it ends well or fails', async () => {
    const name = 's'.repeat(longestStageName);
    expect(await pipe(await named(name, 'touch {{ output }}/x'), ['run', name, '-q'])).toMatchObject({
      code: 0,
    });
    const failed = await pipe(await named(name, 'exit 3'), ['run', name]);
    expect(failed.code).toBe(1);
    expect(failed.stderr + failed.stdout).toContain('COMMAND_FAILED');
  });

  it('is refused in the configuration when it is longer', async () => {
    const name = 's'.repeat(longestStageName + 1);
    const { code, stderr } = await pipe(await named(name, 'true'), ['run', name]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pipeline\.yaml:3:3: SCHEMA_NAME .* 181 bytes/);
  });
});

describe('an input', () => {
  it.each(['./', './artifacts', './artifacts/a', '../NAME', './link', '/'])(
    'that holds the store is refused when the graph is made: %s',
    async (path) => {
      const root = await runnerProject(
        `  a: { run: 'ls {{ inputs.d }} > {{ output }}/x', inputs: { d: '${path}' } }\n`,
      );
      const text = await readFile(join(root, 'pipeline.yaml'), 'utf8');
      await writeFile(join(root, 'pipeline.yaml'), text.replace('NAME', basename(root)));
      await mkdir(join(root, 'artifacts/a'), { recursive: true });
      await symlink('.', join(root, 'link'));
      const { code, stderr } = await pipe(root, ['run', 'a']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^pipeline\.yaml:3:\d+: INPUT_HOLDS_STORE .* the store artifacts\//m);
    },
  );

  it.each([
    ['of which a list names the files', `{ d: { within: ./, files: t/l.json } }`, []],
    ['that an experiment sets', `{ d: '\${d}' }`, ['-e', 'whole']],
    ['of the command line', `{ d: '\${d}' }`, ['-S', 'd={ path: ./ }']],
    ['of an edge', `{ o: { from: o, set: { d: { path: ./artifacts } } } }`, []],
    ['that an edge sweeps', `{ o: { from: o, sweep: { d: [{ path: ./x }, { path: ./ }] } } }`, []],
  ])('that holds the store is refused %s', async (_, inputs, options) => {
    const root = await project({
      'pipeline.yaml':
        `params: { d: { path: ./x } }\nstages:\n  t: { run: 'echo [] > {{ output }}/l.json' }\n` +
        `  o: { run: 'ls {{ inputs.d }}', inputs: { d: '\${d}' } }\n  a: { run: 'true', inputs: ${inputs} }\n`,
      'experiments/whole.yaml': 'set: { d: { path: ./ } }\n',
      x: '1',
    });
    const { code, stderr } = await pipe(root, ['plan', 'a', ...options]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/INPUT_HOLDS_STORE .* the store artifacts\//);
  });

  it('that is a link is looked at again when the link leads into the store', async () => {
    const root = await runnerProject(
      `  a: { run: 'ls {{ inputs.d }} > {{ output }}/x', inputs: { d: ./link } }\n`,
      { 'beside/x': '1' },
    );
    await symlink('beside', join(root, 'link'));
    for (let run = 0; run < 2; run += 1)
      expect(await pipe(root, ['run', 'a', '-q'])).toMatchObject({ code: 0 });
    await rm(join(root, 'link'));
    await symlink('artifacts', join(root, 'link'));
    const { code, stderr } = await pipe(root, ['run', 'a']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('INPUT_HOLDS_STORE') });
  });

  it('beside the store is taken', async () => {
    const root = await runnerProject(
      `  a: { run: 'ls {{ inputs.d }} > {{ output }}/x', inputs: { d: ./artifacts2 } }\n`,
      {
        'artifacts2/x': '1',
      },
    );
    expect(await pipe(root, ['run', 'a', '-q'])).toMatchObject({ code: 0 });
  });
});

describe('the points of a sweep', () => {
  it('are planned and run in its order', async () => {
    const root = await runnerProject(
      `  a: { run: 'echo {{ with.n }} > {{ output }}/x', with: { n: '\${seed}' } }\n`,
    );
    const planned = await pipe(root, ['plan', 'a', '-S', 'seed=2,1,10,9,16']);
    const names = planned.stdout.split('\n').map((line) => line.split(/\s+/)[1]);
    expect(names).toEqual(['a[seed=2]', 'a', 'a[seed=10]', 'a[seed=9]', 'a[seed=16]']);
    const ran = await pipe(root, ['run', 'a', '-S', 'seed=2,1,10,9,16', '--json', '--jobs', '1']);
    const started = ran.stdout
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; node: string })
      .filter(({ kind }) => kind === 'node-started');
    expect(started.map(({ node }) => node)).toEqual(names);
  });
});

const plan = async (text: string, ...options: readonly string[]): ReturnType<typeof pipe> =>
  pipe(await project({ 'pipeline.yaml': text }), ['plan', 'a', ...options]);

describe('a way to write that others have', () => {
  const stage = "stages:\n  a: { run: 'true {{ with.l }}', with: { l: '${l}' } }\n";

  it.each([
    ['l.0=5', 'elements of a list cannot be set: write the whole list, l=[5, 2, 3]'],
    ['l[0]=5', 'elements of a list cannot be set: write the whole list, l=[5, 2, 3]'],
    ['~l', 'parameters cannot be taken away: set it to null (l=null)'],
    ['+k=1', 'parameters cannot be added here'],
  ])('-S %s is told what to write', async (override, remedy) => {
    const { code, stderr } = await plan(`params: { l: [1, 2, 3] }\n${stage}`, '-S', override);
    expect(code).toBe(2);
    expect(stderr).toContain('OVERRIDE_SYNTAX');
    expect(stderr).toContain(remedy);
  });

  it('a list for a sweep, and a sweep for a list, are told the other way', async () => {
    const schema = {
      properties: { k: { type: 'integer' }, mode: { enum: ['x', 'y'] }, l: { type: 'array' } },
    };
    const root = await project({
      'pipeline.yaml':
        'params: { k: 1, mode: x, l: [1], seeds: [1] }\nstages:\n' +
        "  b: { run: 'true', with: { k: '${k}', mode: '${mode}', l: '${l}' } }\n" +
        "  a: { run: 'true', inputs: { i: { from: b, sweep: { k: '${seeds}' } } } }\n",
      'schemas/stages/b.schema.json': JSON.stringify(schema),
    });
    for (const [override, remedy] of [
      ['k=[4, 8]', 'to sweep: -S k=4,8'],
      ['mode=[x,y]', 'to sweep: -S mode=x,y'],
      ['mode=["x y", z]', `to sweep: -S 'mode="x y",z'`],
      ['l=1,2', "takes a list: -S 'l=[1,2]'"],
      ['seeds=1,2', "takes a list: -S 'seeds=[1,2]'"],
    ] as const) {
      const { code, stderr } = await pipe(root, [
        'plan',
        override.startsWith('seeds') ? 'a' : 'b',
        '-S',
        override,
      ]);
      expect(code).toBe(2);
      expect(stderr.split(`remedy: ${remedy}`)).toHaveLength(2);
    }
  });

  it('a merge key names the spread', async () => {
    const { code, stderr } = await plan(`params:\n  b: &b { x: 1 }\n  l: { <<: *b, y: 2 }\n${stage}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/pipeline\.yaml:3:8: SCHEMA_NAME "<<" .*\n(.*\n)*.*"\.\.\.": "\$\{base\}"/);
  });

  it('a key x-... at the top holds anchors', async () => {
    const { code, stderr } = await plan(
      `x-common: &c { l: 1 }\nstages:\n  a: { run: 'true {{ with.l }}', with: *c }\n`,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });

  it('data may have any text as a key', async () => {
    const labels = `params: { labels: { 0: cat, true: dog, "a b": 1, "c.d": 2 } }\n`;
    const text = `${labels}stages:\n  a: { run: 'cp $PIPE_PARAMS {{ output }}/p', with: { labels: '\${labels}' } }\n`;
    const root = await project({ 'pipeline.yaml': text });
    expect(await pipe(root, ['run', 'a', '-q'])).toMatchObject({ code: 0 });
    expect(JSON.parse(await only(root, 'a', 'p'))).toEqual({
      labels: { '0': 'cat', true: 'dog', 'a b': 1, 'c.d': 2 },
    });
    const { stderr } = await pipe(root, ['plan', 'a', '-S', 'labels.0=bird']);
    expect(stderr).toContain("'labels={ 0: 5 }'");
  });

  it('run: true is told to be put in quotes, and a second document to be taken out', async () => {
    expect((await plan('stages:\n  a: { run: true }\n')).stderr).toContain('needs quotes: "true"');
    const { stderr } = await plan("stages:\n  a: { run: 'true' }\n---\nx: 1\n");
    expect(stderr).toContain('pipeline.yaml:3:1: YAML_MULTIPLE_DOCS a second document begins here');
    expect((await plan("\ufeffstages:\n  a: { run: 'true' }\n")).code).toBe(0);
  });

  it('a base is told apart where there is no git and no commit', async () => {
    const root = await runnerProject(`  a: { run: 'true' }\n`);
    expect((await pipe(root, ['diff'])).stderr).toContain('this is no git repository');
    await execa('git', ['init', '-q'], { cwd: root });
    expect((await pipe(root, ['diff'])).stderr).toContain('there is no commit yet');
  });
});

describe('a process that may open few files', () => {
  it.each([24, 28, 32, 40, 64])('says so, or does its work: %i', async (limit) => {
    const root = await runnerProject(`  a: { run: 'echo 1 > {{ output }}/x' }\n`);
    const bin = join(import.meta.dirname, '../../bin/pipe.js');
    const line = `ulimit -n ${limit} && exec "$0" "$1" run a`;
    const { exitCode, all } = await execa('/bin/sh', ['-c', line, process.execPath, bin], {
      cwd: root,
      reject: false,
      all: true,
      stdin: 'ignore',
      env: { NO_COLOR: '1' },
    });
    expect(all).not.toContain('fault of pipe itself');
    expect(exitCode === 0 || all.includes('ulimit -n')).toBe(true);
  });
});

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends a plan at once: %s', async (signal) => {
    const root = await runnerProject(
      `  t: { run: 'echo {{ with.s }} > {{ output }}/x', with: { s: '\${seed}' } }\n  a: { run: 'true', inputs: { i: { from: t, sweep: { seed: 1..20000 } } } }\n`,
    );
    const bin = join(import.meta.dirname, '../../bin/pipe.js');
    const child = execa(process.execPath, [bin, 'run', 'a'], { cwd: root, reject: false, stdin: 'ignore' });
    await until(() => existsSync(`/proc/${child.pid}/status`) || child.exitCode !== null);
    child.kill(signal);
    expect((await child).signal).toBe(signal);
  });
});
