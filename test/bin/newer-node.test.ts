import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it, onTestFinished } from 'vitest';

import { runnerProject, until } from '../e2e/runner-project.ts';
import { isRunning } from '../run/project.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

interface Launched {
  readonly launcher: ChildProcess;
  /** The process that the launcher started, and the stage that this one has in work. */
  readonly pids: readonly [pipe: number, stage: number];
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  readonly said: () => string;
}

/** By a Node that is told to strip no types, in a process group of its own, as a shell does it. */
function launch(root: string, ...args: readonly string[]): ChildProcess {
  const launcher = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '--no-experimental-strip-types' },
  });
  onTestFinished(() => {
    if (launcher.exitCode === null && launcher.signalCode === null) launcher.kill('SIGKILL');
  });
  return launcher;
}

/** A run whose stage is in work until it is asked to end, or, `stubborn`, longer. */
async function launchRun(kind?: 'stubborn'): Promise<Launched> {
  const deaf = kind === 'stubborn' ? `trap "" TERM; ` : '';
  const root = await runnerProject(
    `  slow: { run: '${deaf}echo $PPID $$ > pids; while sleep 0.05; do :; done', timeout: 60 }\n`,
  );
  const launcher = launch(root, 'run', 'slow');
  let said = '';
  launcher.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(launcher, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const numbers = (): readonly number[] => {
    try {
      return readFileSync(join(root, 'pids'), 'utf8').trim().split(' ').map(Number);
    } catch {
      return [];
    }
  };
  await until(() => numbers().length === 2);
  const [parent = 0, stage = 0] = numbers();
  onTestFinished(() => {
    if (isRunning(parent)) process.kill(parent, 'SIGKILL');
  });
  return { launcher, pids: [parent, stage], ended, said: () => said };
}

/** A person presses again, and again. */
async function pressUntilEnded(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    process.kill(-(child.pid as number), 'SIGINT');
    await delay(100);
  }
}

const allEnd = ({ pids }: Launched): Promise<void> => until(() => !pids.some(isRunning));

describe('a Node that does not read TypeScript starts a newer one, and', () => {
  it('ends with its exit code', async () => {
    const root = await runnerProject(`  a: { run: 'true' }\n`);
    expect(await once(launch(root, 'plan', 'a', '--check'), 'exit')).toEqual([4, null]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on: the run is interrupted',
    async (signal) => {
      const run = await launchRun();
      run.launcher.kill(signal);
      expect(await run.ended).toEqual([130, null]);
      expect(run.said()).toContain('interrupted, 0 ran');
      await allEnd(run);
    },
  );

  it('passes SIGQUIT on, and ends by it as the run does', async () => {
    const run = await launchRun();
    run.launcher.kill('SIGQUIT');
    expect(await run.ended).toEqual([null, 'SIGQUIT']);
    await allEnd(run);
  });

  it('ends by the signal that ended the other', async () => {
    const run = await launchRun();
    process.kill(run.pids[0], 'SIGKILL');
    expect(await run.ended).toEqual([null, 'SIGKILL']);
    await allEnd(run);
  });

  it('takes the other one and its stages with it when it is killed', async () => {
    const run = await launchRun();
    run.launcher.kill('SIGKILL');
    expect(await run.ended).toEqual([null, 'SIGKILL']);
    await allEnd(run);
  });

  it('ends all at once where Ctrl-C is pressed again', async () => {
    const run = await launchRun('stubborn');
    await pressUntilEnded(run.launcher);
    expect(await run.ended).toEqual([130, null]);
    expect(run.said()).not.toContain('interrupted, 0 ran');
    await allEnd(run);
  });

  it('is interrupted once by a Ctrl-C, which reaches both', async () => {
    const run = await launchRun('stubborn');
    process.kill(-(run.launcher.pid as number), 'SIGINT');
    expect(await run.ended).toEqual([130, null]);
    expect(run.said()).toContain('interrupted, 0 ran');
    await allEnd(run);
  });
});
