/**
 * What some tests need of the machine beside Node, npm and git. Where it lacks, the test is left out, and the last lines
 * of `npm test` name it and what it needs: no test is left out in silence.
 */
import { spawnSync } from 'node:child_process';

import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test was left out. */
    needs?: string;
  }
}

const asAnother = ['unshare', '-m', 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

const here = {
  Linux: () => process.platform === 'linux',
  'another user, who reaches the checkout': () =>
    runs(
      ...asAnother,
      process.execPath,
      '-e',
      `require('node:fs').accessSync(${JSON.stringify(import.meta.filename)})`,
    ),
  bash: () => runs('bash', '-c', 'true'),
  fish: () => runs('fish', '-c', 'true'),
  python3: () => runs('python3', '-c', 'import mmap'),
  ps: () => runs('ps', '-o', 'pid=', '--ppid', '1'),
  setsid: () => runs('setsid', 'true'),
  strace: () => runs('strace', '-f', 'true'),
  zsh: () => runs('zsh', '-c', 'true'),
  'the right to mount': () => runs('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'),
} as const;

export type Need = keyof typeof here;

const known = new Map<Need, boolean>();

/** To be called first in a test, or in `beforeEach` for all of a `describe`. */
export function needs(context: TestContext, need: Need): void {
  if (!isHere(need)) leaveOut(context, need);
}

/** What it needs is nothing to look for on a machine that runs tests, such as a download of gigabytes. */
export function leaveOut(context: TestContext, need: string): never {
  context.task.meta.needs = need;
  return context.skip(`needs ${need}`);
}

function isHere(need: Need): boolean {
  const found = known.get(need) ?? here[need]();
  known.set(need, found);
  return found;
}

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
