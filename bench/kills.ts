/**
 * Kills, full disks, lost permissions and failing calls of the system, 500 of them or as many as `-- kills NUMBER` says: after each
 * the next run must end well, with the right bytes in a whole store. `--seed NUMBER` draws the same ones again.
 *
 * File modes bind nobody who is root: as root it makes small disks, and has an ordinary user do the rest.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { endAll } from './kills/command.ts';
import { killLoop } from './kills/loop.ts';
import { ordinaryUser } from './ordinary-user.ts';

const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now()) },
    json: { type: 'boolean', default: false },
    /** Another checkout's `bin/pipe.js`. */
    program: { type: 'string', default: join(import.meta.dirname, '../bin/pipe.js') },
    /** For itself: a folder that root has made. */
    root: { type: 'string' },
    disks: { type: 'string', default: '' },
  },
});
const trials = Number(positionals[0] ?? 500);
/** Each waits for the disk and for what it started about half of its time. */
const jobs = Math.min(trials, 2 * availableParallelism());
/** As a shell tells it. */
const interrupted = 130;

// Root without its capabilities has a folder made for it too, and goes on.
if (process.getuid?.() === 0 && values.root === undefined) process.exitCode = await asOrdinaryUser();
else {
  const root = values.root ?? mkdtempSync(join(tmpdir(), 'bench-kills-'));
  const tidy = (): void => {
    if (values.root === undefined) rmSync(root, { recursive: true, force: true });
  };
  onSignal(() => {
    endAll();
    tidy();
    process.exit(interrupted);
  });
  try {
    process.exitCode = await tryAll(root);
  } finally {
    tidy();
  }
}

function onSignal(handle: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handle);
}

async function asOrdinaryUser(): Promise<number> {
  let user: ChildProcess | undefined;
  // Nothing is left mounted: who is told to end passes that on, and tidies up when the other has ended.
  onSignal((signal) => user?.kill(signal));
  const root = mkdtempSync(join(tmpdir(), 'bench-kills-'));
  const { words: asUser, id } = ordinaryUser(values.program);
  chownSync(root, id, id);
  const disks = mountedDisks(root, id);
  try {
    const [file, ...words] = [
      ...asUser,
      process.execPath,
      ...process.argv.slice(1),
      '--seed',
      values.seed,
      '--root',
      root,
      '--disks',
      disks.join(','),
    ];
    user = spawn(file, words, { stdio: 'inherit', env: { ...process.env, HOME: root } });
    const [status] = (await once(user, 'exit')) as [number | null];
    return status ?? 1;
  } finally {
    for (const disk of disks) unmount(disk);
    // What was told to end a moment ago may write still.
    rmSync(root, { recursive: true, force: true, maxRetries: 9 });
  }
}

/** One for each trial that runs at the same time; none where that is not allowed. */
function mountedDisks(root: string, user: number): readonly string[] {
  const disks: string[] = [];
  for (let i = 0; i < jobs; i++) {
    const disk = join(root, `disk-${i}`);
    mkdirSync(disk);
    const { status } = spawnSync(
      'mount',
      ['-t', 'tmpfs', '-o', `size=2m,uid=${user},gid=${user}`, 'disk', disk],
      {
        stdio: 'ignore',
      },
    );
    if (status !== 0) break;
    disks.push(disk);
  }
  return disks.length === jobs ? disks : [];
}

/** Also where a process of a trial ends at this very moment, and is in there still. */
function unmount(disk: string): void {
  if (spawnSync('umount', [disk], { stdio: 'ignore' }).status !== 0)
    spawnSync('umount', ['--lazy', disk], { stdio: 'inherit' });
}

async function tryAll(root: string): Promise<number> {
  const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;
  const disks = values.disks === '' ? [] : values.disks.split(',');
  if (!hasStrace)
    console.error('strace cannot be used here: no kill comes at a chosen call, and no call fails');
  if (disks.length === 0) console.error('no disk can be mounted here: none is full');
  const startedAt = Date.now();
  const { healed, faults, kinds } = await killLoop({
    root: join(root, 'trials'),
    trials,
    seed: Number(values.seed),
    program: values.program,
    jobs,
    disks,
    hasStrace,
    onTrial(done) {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${trials} `);
    },
  });
  for (const fault of faults) console.error(fault);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (values.json)
    console.log(
      JSON.stringify({ suite: 'kills', trials, healed, seed: Number(values.seed), seconds, kinds, faults }),
    );
  else {
    const counts = Object.entries(kinds).map(
      ([kind, { drawn, struck }]) => `${kind} ${drawn}, struck ${struck}`,
    );
    console.log(`healed ${healed} of ${trials} in ${seconds} s, seed ${values.seed} (${counts.join('; ')})`);
  }
  return healed === trials ? 0 : 1;
}
