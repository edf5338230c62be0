import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { openStore } from '../../src/store/store.ts';
import { attempt } from '../../src/store/system-error.ts';
import { isRunning, write } from '../run/project.ts';
import { runnerProject, start, until, untilExists, type Ended } from './runner-project.ts';

/** Writes half of its output, says so, and waits for `go`. */
const command = `  slow:
    run: |
      echo $$ > pid
      echo half > $PIPE_OUTPUT/x
      cat $PIPE_CHECKPOINT/step 2> /dev/null >> $PIPE_OUTPUT/x
      echo 7 > $PIPE_CHECKPOINT/step
      touch writing
      while [ ! -e go ]; do sleep 0.02; done
      echo whole >> $PIPE_OUTPUT/x
`;

/** The same, in a module that keeps its thread busy and never looks at its signal. */
const busyModule = {
  yaml: '  slow: { use: stages/slow.ts }\n',
  'stages/slow.ts': `
    import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    export default {
      async run({ output, checkpoint }: any): Promise<void> {
        writeFileSync('pid', String(process.pid));
        const step = checkpoint + '/step';
        writeFileSync(output + '/x', 'half\\n' + (existsSync(step) ? readFileSync(step, 'utf8') : ''));
        writeFileSync(step, '7\\n');
        writeFileSync('writing', '');
        while (!existsSync('go'));
        writeFileSync(output + '/x', 'whole\\n', { flag: 'a' });
      },
    };`,
};

const kinds: readonly [string, () => Promise<string>][] = [
  ['a command', () => runnerProject(command)],
  ['a module', () => runnerProject(busyModule.yaml, { 'stages/slow.ts': busyModule['stages/slow.ts'] })],
];

const pidOf = (root: string): number => Number(readFileSync(join(root, 'pid'), 'utf8'));
const inWork = (root: string): string => join(root, 'artifacts/.store/work');
const unfinished = (root: string): string[] => readdirSync(inWork(root));
const started = ({ events }: Ended): number => events.filter(({ kind }) => kind === 'node-started').length;

async function output(root: string): Promise<string> {
  const artifact = await (await openStore(root)).lastOfStage('slow');
  return readFileSync(join(artifact?.folder as string, 'x'), 'utf8');
}

describe.each(kinds)('while %s writes', (_, make) => {
  it('a killed run takes its process with it, keeps nothing half, and the next run resumes and ends well', async () => {
    const root = await make();
    const first = start(root, 'slow');
    await untilExists(join(root, 'writing'));
    first.kill('SIGKILL');
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
    await until(() => !isRunning(pidOf(root)));
    expect(existsSync(join(root, 'artifacts/slow'))).toBe(false);

    await write(root, { go: '' });
    const second = start(root, 'slow');
    expect(await second.event('node-started')).toMatchObject({
      resumed: true,
      reason: { kind: 'never-run' },
    });
    expect((await second.ended).code).toBe(0);
    expect(await output(root)).toBe('half\n7\nwhole\n');
    expect(unfinished(root)).toEqual([]);
    expect(readdirSync(join(root, 'artifacts/.store/checkpoints'))).toEqual([]);
    expect((await start(root, 'slow').ended).events).toMatchObject([
      { kind: 'run-started' },
      { kind: 'node-hit' },
      { kind: 'run-finished' },
    ]);
  });

  it('a killed process fails the run, and the next run ends well', async () => {
    const root = await make();
    const first = start(root, 'slow');
    await untilExists(join(root, 'writing'));
    process.kill(pidOf(root), 'SIGKILL');
    expect(await first.event('node-failed')).toMatchObject({
      reason: 'killed',
      failure: { code: 'STAGE_KILLED' },
    });
    expect((await first.ended).code).toBe(1);
    expect(unfinished(root)).toEqual([]);

    await write(root, { go: '' });
    expect((await start(root, 'slow').ended).code).toBe(0);
    expect(await output(root)).toBe('half\n7\nwhole\n');
  });

  it('an interruption leaves no process, keeps nothing half, exits 130 and is said so', async () => {
    const root = await make();
    const run = start(root, 'slow');
    await untilExists(join(root, 'writing'));
    run.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.events.slice(-2)).toMatchObject([
      { kind: 'node-failed', reason: 'interrupted' },
      { kind: 'run-finished', status: 'interrupted' },
    ]);
    expect(isRunning(pidOf(root))).toBe(false);
    expect(unfinished(root)).toEqual([]);
    expect(existsSync(join(root, 'artifacts/slow'))).toBe(false);
  });

  it('a second run waits, names the first and takes its artifact', async () => {
    const root = await make();
    const first = start(root, 'slow');
    await untilExists(join(root, 'writing'));
    const { run: firstRun } = await first.event('run-started');
    const second = start(root, 'slow');
    const { holder } = await second.event('node-waiting');
    expect(firstRun.endsWith(`-${holder.pid}`)).toBe(true);

    await write(root, { go: '' });
    const [one, other] = await Promise.all([first.ended, second.ended]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect([started(one), started(other)]).toEqual([1, 0]);
    expect(other.events.at(-2)).toMatchObject({ kind: 'node-hit', node: 'slow' });
  });

  it('a second run that waits takes over when the first is killed', async () => {
    const root = await make();
    const first = start(root, 'slow');
    await untilExists(join(root, 'writing'));
    const second = start(root, 'slow');
    await second.event('node-waiting');
    const pid = pidOf(root);
    first.kill('SIGKILL');
    await until(() => !isRunning(pid));
    await write(root, { go: '' });
    const ended = await second.ended;
    expect([ended.code, started(ended)]).toEqual([0, 1]);
    expect(await output(root)).toBe('half\n7\nwhole\n');
  });
});

const keeping = (read: string, sketch = ''): string => `  s:
    run: |
      echo $$ > pid
      touch begins
      while [ ! -e may-read ]; do sleep 0.01; done
      test -e $PIPE_CHECKPOINT/kept || ${read} > $PIPE_CHECKPOINT/kept
      touch has-read
      while [ ! -e may-end ]; do sleep 0.01; done
      cat $PIPE_CHECKPOINT/kept > $PIPE_OUTPUT/x
${sketch}`;
const file = keeping('cat $PIPE_INPUT_DATA', '    inputs: { data: ./deep/way/data }\n');
const ofStage = (input: string): string =>
  `${keeping('cat $PIPE_INPUT_DATA', `    inputs: { data: ${input} }\n`)}  a: { run: mkdir $PIPE_OUTPUT/y; echo A | tee $PIPE_OUTPUT/x > $PIPE_OUTPUT/y/z }\n`;
const data = { 'deep/way/data': 'A', 'deep/other/data': 'B' };
const exchange = 'mv deep/way deep/kept; mv deep/other deep/way';
const exchangeBack = 'mv deep/way deep/other; mv deep/kept deep/way';

/** Killed when the stage has read what the edit made of it. */
async function killedAfter(root: string, edit: string, takeBack: string): Promise<void> {
  for (const said of ['begins', 'may-read', 'has-read', 'may-end']) rmSync(join(root, said), { force: true });
  const first = start(root, 's');
  await untilExists(join(root, 'begins'));
  execFileSync('sh', ['-c', edit], { cwd: root });
  await write(root, { 'may-read': '' });
  await untilExists(join(root, 'has-read'));
  first.kill('SIGKILL');
  await first.ended;
  await until(() => !isRunning(pidOf(root)));
  execFileSync('sh', ['-c', takeBack], { cwd: root });
  await write(root, { 'may-end': '' });
}

async function nextRun(root: string): Promise<readonly [resumed: boolean, output: string]> {
  const next = start(root, 's');
  const { resumed } = await next.event('node-started');
  expect((await next.ended).code).toBe(0);
  const artifact = await (await openStore(root)).lastOfStage('s');
  return [resumed, readFileSync(join(artifact?.folder as string, 'x'), 'utf8').trim()];
}

describe('a checkpoint that a killed run left', () => {
  it.each([
    ['an input', file, data, 'echo B > deep/way/data', 'printf A > deep/way/data'],
    ['a folder on the way to an input', file, data, exchange, exchangeBack],
    [
      'a script',
      keeping('sh say.sh', '    files: [say.sh]\n'),
      { 'say.sh': 'echo A' },
      'echo echo B > say.sh',
      'printf "echo A" > say.sh',
    ],
    [
      'what it takes from the store',
      ofStage('a/x'),
      {},
      'for f in artifacts/a/*/files/x; do chmod u+w $f; echo B > $f; done',
      'for f in artifacts/a/*/files/x; do echo A > $f; done',
    ],
  ])('while %s was another is handed to nobody', async (_, yaml, files, edit, takeBack) => {
    const root = await runnerProject(yaml, files);
    await killedAfter(root, edit, takeBack);
    expect(await nextRun(root)).toEqual([false, 'A']);
    expect(readdirSync(join(root, 'artifacts/.store/attempts'))).toEqual([]);
  });

  it.each([
    ['a file', file],
    ['a file of an artifact', ofStage('a/x')],
    ['a folder of an artifact', ofStage('a/y').replace('_DATA', '_DATA/z')],
  ])('is handed to the next where %s looks as before, also after a second kill', async (_, yaml) => {
    const root = await runnerProject(yaml, data);
    await killedAfter(root, 'touch deep/beside', 'touch deep/way/beside');
    await killedAfter(root, 'true', 'touch deep/more');
    expect(await nextRun(root)).toEqual([true, 'A']);
  });

  it('is handed to nobody where the note of how all looked is damaged', async () => {
    const root = await runnerProject(file, data);
    await killedAfter(root, 'true', 'for f in artifacts/.store/attempts/*; do echo >> $f; done');
    expect(await nextRun(root)).toEqual([false, 'A']);
  });
});

const isFinished = (root: string): boolean =>
  attempt(() => unfinished(root).some((name) => existsSync(join(inWork(root), name, 'finished.json')))) ===
  true;

describe('while large files are read', () => {
  it('of an output, an interruption ends the run, and the next adopts what the stage did', async () => {
    // Files without content take no room, and seconds to read.
    const root = await runnerProject(
      "  slow: { run: 'truncate -s 1G {{ output }}/1 {{ output }}/2; echo ran >> ran' }\n",
    );
    const run = start(root, 'slow');
    await until(() => isFinished(root));
    run.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.events.slice(-2)).toMatchObject([
      { kind: 'node-failed', reason: 'interrupted', failure: { remedy: expect.stringContaining('saved') } },
      { kind: 'run-finished', status: 'interrupted' },
    ]);
    expect((await start(root, 'slow').ended).code).toBe(0);
    expect(readFileSync(join(root, 'ran'), 'utf8')).toBe('ran\n');
  });
});
