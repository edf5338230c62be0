/** What a store holds before the fault: made once, and copied for each trial. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { callsOf, type Call } from './calls.ts';
import { ended } from './command.ts';
import { target, writeProject } from './project.ts';

/** `empty`; `made`: results of older data; `damaged`: one result is not as it was written; `unsaved`: a run was killed while it saved. */
export type State = 'empty' | 'made' | 'damaged' | 'unsaved';
/** What the fault hits. */
export type Victim = 'run' | 'gc';

export const data = (age: 'older' | 'old' | 'new'): string => `${age} data\n`.repeat(200);

export interface States {
  /** Has Node keep what it compiles for the commands, so that a trial is no compiling and no kill hits the keeping. */
  warmUp(): Promise<void>;
  /** Makes `folder` a project in that state. */
  copy(state: State, folder: string): Promise<void>;
  /** The calls by which the command touches its store there. */
  calls(state: State, victim: Victim): Promise<readonly Call[]>;
  command(victim: Victim): readonly string[];
}

export function openStates(root: string, program: string): States {
  const made = new Map<State, Promise<string>>();
  const calls = new Map<string, Promise<readonly Call[]>>();
  const pipe = [process.execPath, program];
  const run = [...pipe, 'run', target, '--json'];
  const well = async (folder: string): Promise<void> => {
    const { code, text } = await ended(folder, run);
    if (code !== 0) throw new Error(`an undisturbed run ends with ${String(code)}: ${text}`);
  };

  const make = async (state: State): Promise<string> => {
    const folder = join(root, `state-${state}`);
    mkdirSync(folder);
    writeProject(folder, data('new'));
    if (state === 'made')
      for (const age of ['older', 'old', 'new'] as const) {
        writeFileSync(join(folder, 'data'), data(age));
        if (age !== 'new') await well(folder);
      }
    if (state === 'damaged') {
      await well(folder);
      damage(folder);
    }
    if (state === 'unsaved') await leaveUnsaved(folder, run);
    return folder;
  };
  const states: States = {
    async warmUp() {
      const folder = join(root, 'warm-up');
      mkdirSync(folder);
      writeProject(folder, data('new'));
      await well(folder);
      await ended(folder, states.command('gc'));
    },
    async copy(state, folder) {
      if (!made.has(state)) made.set(state, make(state));
      execFileSync('cp', ['-a', `${await made.get(state)}/.`, folder]);
    },
    command: (victim) => (victim === 'run' ? run : [...pipe, 'gc', '--delete']),
    calls(state, victim) {
      const name = `${state}-${victim}`;
      const known = calls.get(name) ?? follow(name, state, victim);
      calls.set(name, known);
      return known;
    },
  };
  const follow = async (name: string, state: State, victim: Victim): Promise<readonly Call[]> => {
    const folder = join(root, `calls-${name}`);
    mkdirSync(folder);
    await states.copy(state, folder);
    return callsOf(folder, states.command(victim));
  };
  return states;
}

function damage(folder: string): void {
  const stage = join(folder, 'artifacts/parts');
  const file = join(stage, readdirSync(stage)[0] as string, 'files/part-2');
  chmodSync(file, 0o644);
  writeFileSync(file, 'damaged\n');
  chmodSync(file, 0o444);
}

/** Kills runs at one renaming after the other, each in an empty store, until one leaves finished work. */
async function leaveUnsaved(folder: string, run: readonly string[]): Promise<void> {
  const work = join(folder, 'artifacts/.store/work');
  const isThere = (): boolean =>
    existsSync(work) && readdirSync(work).some((name) => existsSync(join(work, name, 'manifest.json')));
  for (let when = 1; when < 40 && !isThere(); when++) {
    execFileSync('sh', ['-c', 'chmod -Rf u+rwx artifacts; rm -rf artifacts'], { cwd: folder });
    const inject = `?rename,?renameat,?renameat2:signal=SIGKILL:when=${when}`;
    await ended(folder, [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'signal=none',
      '-e',
      'trace=?rename,?renameat,?renameat2',
      '-e',
      `inject=${inject}`,
      ...run,
    ]);
  }
  if (!isThere()) throw new Error('no kill leaves finished work that is not saved');
}
