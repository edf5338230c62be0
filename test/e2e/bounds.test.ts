import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { longestStageName } from '../../src/config/stage-names.ts';
import { pipe } from './pipe.ts';
import { runnerProject } from './runner-project.ts';

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
