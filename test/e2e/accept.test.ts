import { once } from 'node:events';
import { appendFile, chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import type { Manifest } from '../../src/store/manifest.ts';
import { project, write } from '../run/project.ts';
import { pipe } from './pipe.ts';
import { start } from './runner-project.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

/** A stage that makes numbers, in a loop over a parameter, and one that adds them up. */
const pipeline = (name: string, run = 'echo {{ with.n }} > {{ output }}/n'): string => `params: { n: 1 }
stages:
  ${name}: { run: '${run}', with: { n: "\${n}" } }
  sum: { run: 'cat {{ inputs.from }}/n > {{ output }}/sum', inputs: { from: ${name} } }
`;

const plan = async (root: string, ...args: readonly string[]): Promise<readonly string[]> =>
  (await pipe(root, ['plan', 'sum', ...args])).stdout.split('\n');

async function renamed(): Promise<{ readonly root: string; readonly key: string }> {
  const root = await project({ 'pipeline.yaml': pipeline('gen') });
  expect((await pipe(root, ['run', 'sum'])).code).toBe(0);
  await write(root, { 'pipeline.yaml': pipeline('generate') });
  const [key = ''] = await readdir(join(root, 'artifacts/gen'));
  return { root, key };
}

const manifestOf = async (root: string, stage: string, key: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(root, 'artifacts', stage, key, 'manifest.json'), 'utf8')) as Manifest;

describe('a stage that got another name', () => {
  it('is told where its work lies, takes it by the command that is named, and so does all below it', async () => {
    const { root, key } = await renamed();
    const hint = `pipe accept generate --instead gen/${key} --because ...`;
    expect(await plan(root)).toEqual([
      `run       generate  never run; same work as gen/${key}: ${hint}`,
      'perhaps   sum       unless generate comes out as before',
    ]);
    expect((await pipe(root, ['why', 'generate'])).stdout).toContain(hint);
    expect((await pipe(root, ['status', 'sum'])).stdout).toContain(hint);

    const said = await pipe(root, [...hint.split(' ').slice(1, -1), 'renamed']);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(
      new RegExp(
        `^generate: what was made as gen/${key} stands as artifacts/generate/${key}\naccepted by .+: renamed$`,
      ),
    );
    expect(await plan(root)).toEqual([
      expect.stringMatching(/^unchanged generate {2}accepted by .+: renamed$/),
      'unchanged sum',
    ]);
    expect((await manifestOf(root, 'generate', key)).accepted).toMatchObject({
      instead: expect.stringMatching(new RegExp(`^${key}`)) as string,
      stage: 'gen',
      why: 'renamed',
      changes: [],
    });
    expect(await readFile(join(root, 'artifacts/generate', key, 'files/n'), 'utf8')).toBe('1\n');
    expect((await pipe(root, ['verify'])).code).toBe(0);
  });

  it('keeps what it took when loose artifacts are removed, and loses no input of it', async () => {
    const { root, key } = await renamed();
    expect((await pipe(root, ['accept', 'generate', '--because', 'x', '--instead', `gen/${key}`])).code).toBe(
      0,
    );
    expect((await pipe(root, ['gc', '--delete'])).code).toBe(0);
    expect(await readdir(join(root, 'artifacts/generate'))).toEqual([key]);
    expect((await plan(root)).map((line) => line.split(' ', 1)[0])).toEqual(['unchanged', 'unchanged']);
    expect((await pipe(root, ['verify'])).code).toBe(0);
  });

  it('is found for each point of a sweep, and by the folder as a shell completes it', async () => {
    const root = await project({ 'pipeline.yaml': pipeline('gen') });
    const sweep = ['-S', 'n=2,3'];
    expect((await pipe(root, ['run', 'gen', ...sweep])).code).toBe(0);
    await write(root, { 'pipeline.yaml': pipeline('generate') });
    const lines = (await pipe(root, ['plan', 'generate', ...sweep])).stdout.split('\n');
    const places = lines.map((line) => /--instead (gen\/\w+)/.exec(line)?.[1] ?? '');
    expect(lines.map((line) => /pipe .* --instead/.exec(line)?.[0])).toEqual([
      "pipe accept 'generate[n=2]' --instead",
      "pipe accept 'generate[n=3]' --instead",
    ]);
    const accept = (node: string, place: string, ...options: readonly string[]) =>
      pipe(root, ['accept', node, '--because', 'x', '--instead', place, ...options]);
    expect((await accept('generate', places[0] ?? '', ...sweep)).stderr).toContain(
      'ACCEPT_WHICH --instead names one artifact, and these are 2 nodes',
    );
    expect((await accept('generate[n=2]', `artifacts/${places[0]}/`)).code).toBe(0);
    expect((await accept('generate[n=3]', places[1] ?? '')).code).toBe(0);
    for (const n of [2, 3])
      expect((await pipe(root, ['plan', 'generate', '-S', `n=${n}`])).stdout).toMatch(/^unchanged generate/);
  });

  it('is told with the options that were given, so that the command means the same node', async () => {
    const root = await project({
      'pipeline.yaml': pipeline('gen'),
      'experiments/large.yaml': 'set: { n: 7 }',
    });
    const asked = [
      [['generate', '-e', 'large'], 'pipe accept generate -e large --instead'],
      [['generate', '-S', 'n=it is'], "pipe accept generate -S 'n=it is' --instead"],
      [['generate[n=9]'], 'pipe accept generate -S n=9 --instead'],
    ] as const;
    for (const [[, ...options]] of asked.slice(0, 2)) await pipe(root, ['run', 'gen', ...options]);
    await pipe(root, ['run', 'gen[n=9]']);
    await write(root, { 'pipeline.yaml': pipeline('generate') });
    for (const [words, command] of asked)
      expect((await pipe(root, ['plan', ...words])).stdout).toContain(command);
  });

  it('is not told of work that differs, but takes it where it is named, and records what differs', async () => {
    const { root, key } = await renamed();
    await write(root, { 'pipeline.yaml': pipeline('generate', 'echo  {{ with.n }} > {{ output }}/n') });
    expect((await plan(root))[0]).toBe('run       generate  never run');
    expect((await pipe(root, ['accept', 'generate', '--because', 'x'])).stderr).toContain('ACCEPT_WHICH');
    const said = await pipe(root, [
      'accept',
      'generate',
      '--because',
      'a blank',
      '--instead',
      `gen/${key.slice(0, 8)}`,
    ]);
    expect(said.stdout).toContain('\n  code command changed\n');
    const [taken = ''] = await readdir(join(root, 'artifacts/generate'));
    expect((await manifestOf(root, 'generate', taken)).accepted).toMatchObject({
      stage: 'gen',
      changes: [{ part: 'code' }],
    });
  });

  it('is refused what is damaged, not there, or named by too little', async () => {
    const { root, key } = await renamed();
    const refusal = async (instead: string): Promise<string> =>
      (await pipe(root, ['accept', 'generate', '--because', 'x', '--instead', instead])).stderr;
    expect(await refusal('gen/ffffffff')).toContain(
      'ACCEPT_WHICH gen has no artifact whose key begins with ffffffff',
    );
    expect(await refusal('other/1234')).toContain('ACCEPT_WHICH other has no artifact');
    expect(await refusal(key)).toContain(
      `ACCEPT_WHICH generate has no artifact whose key begins with ${key}`,
    );
    for (const nothing of ['', 'gen/', 'gen', '../gen', '.store/work', `../artifacts/../gen/${key}`])
      expect(await refusal(nothing)).toContain('ACCEPT_WHICH');
    await pipe(root, ['run', 'sum', '-S', 'n=2']);
    const file = join(root, 'artifacts/gen', key, 'files/n');
    await chmod(file, 0o644);
    await appendFile(file, '2');
    expect(await refusal(`gen/${key}`)).toContain(
      'ACCEPT_DAMAGED files/n of the artifact is not as it was written (changed, added or missing)',
    );
  });

  it('is refused where its own work is done by a run meanwhile, whose result stays', async () => {
    const { root, key } = await renamed();
    await write(root, {
      'pipeline.yaml': pipeline('generate', 'until [ -e go ]; do sleep .1; done; echo own > {{ output }}/n'),
    });
    const run = start(root, 'generate');
    await run.event('node-started');
    const words = ['accept', 'generate', '--instead', `gen/${key}`, '--because', 'renamed'];
    const accept = execa(process.execPath, [program, ...words], { cwd: root, reject: false });
    // It says that it waits for the run.
    await once(accept.stderr, 'data');
    await write(root, { go: '' });
    expect(await run.ended).toMatchObject({ code: 0 });
    const { exitCode, stderr } = await accept;
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^waits for process \d+ .*\ngenerate: ACCEPT_NOTHING its own work was done meanwhile/,
      ),
    ]);
    const [made = ''] = await readdir(join(root, 'artifacts/generate'));
    expect(await readFile(join(root, 'artifacts/generate', made, 'files/n'), 'utf8')).toBe('own\n');
  });

  it('is refused digits that several artifacts begin with', async () => {
    const root = await project({ 'pipeline.yaml': pipeline('gen') });
    // With seventeen keys two begin with the same digit.
    const points = Array.from({ length: 17 }, (_, n) => n).join(',');
    expect((await pipe(root, ['run', 'gen', '-S', `n=${points}`])).code).toBe(0);
    await write(root, { 'pipeline.yaml': pipeline('generate') });
    const digits = (await readdir(join(root, 'artifacts/gen'))).map((key) => key.slice(0, 1));
    const twice = digits.find((digit, at) => digits.indexOf(digit) !== at) ?? '';
    const { stderr } = await pipe(root, [
      'accept',
      'generate',
      '--because',
      'x',
      '--instead',
      `gen/${twice}`,
    ]);
    expect(stderr).toMatch(/ACCEPT_WHICH \d+ artifacts of gen have a key that begins with/);
  });

  it('is not led astray by a manifest of another key in a folder of that name', async () => {
    const { root, key } = await renamed();
    const file = join(root, 'artifacts/gen', key, 'manifest.json');
    await chmod(file, 0o644);
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replaceAll(key, key.split('').toReversed().join('')),
    );
    expect((await plan(root))[0]).toBe('run       generate  never run');
  });
});
