import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { takeLock, tryLock, type Holder } from '../../src/store/lock.ts';
import { needs, type Need } from '../needs.ts';
import { project, write } from '../run/project.ts';

const lockModule = join(import.meta.dirname, '../../src/store/lock.ts');

function taken(folder: string): { release(): void } {
  const attempt = tryLock(folder, 'work');
  if (attempt.kind === 'held') throw new Error(`held by ${attempt.holder.pid}`);
  return attempt.lock;
}

/** As by a user who lets nobody else read what is new. */
function takenBySomebodyPrivate(folder: string): { release(): void } {
  const usual = process.umask(0o077);
  try {
    return taken(folder);
  } finally {
    process.umask(usual);
  }
}

/** A lock whose holder is described by `record`. */
function leaveLock(folder: string, record: object): void {
  mkdirSync(join(folder, 'work'), { recursive: true });
  writeFileSync(join(folder, 'work', 'holder'), JSON.stringify(record));
}

describe('tryLock', () => {
  it('has one holder, who is named to the others', async () => {
    const folder = await project();
    const lock = taken(folder);
    expect(tryLock(folder, 'work')).toMatchObject({
      kind: 'held',
      holder: { pid: process.pid, host: hostname() },
    });
    lock.release();
    taken(folder).release();
  });

  it('leaves nothing behind', async () => {
    const folder = join(await project(), 'locks');
    taken(folder).release();
    await expect.poll(() => readdirSync(folder)).toEqual([]);
  });

  it('recovers the lock of a dead process', async () => {
    const folder = await project();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    leaveLock(folder, { pid, host: hostname(), since: 1, started: '1' });
    expect(tryLock(folder, 'work').kind).toBe('taken');
  });

  it('recovers the lock of a dead process whose number another has now', async () => {
    const folder = await project();
    leaveLock(folder, { pid: process.pid, host: hostname(), since: 1, started: 'at another time' });
    expect(tryLock(folder, 'work').kind).toBe('taken');
  });

  it('recovers a lock that was never fully written', async () => {
    const folder = await project();
    mkdirSync(join(folder, 'work'));
    writeFileSync(join(folder, 'work', 'holder'), '{"pid":');
    expect(tryLock(folder, 'work').kind).toBe('taken');
  });

  it('respects the lock of another host that gave a sign of life', async () => {
    const folder = await project();
    leaveLock(folder, { pid: 1, host: 'elsewhere', since: 1, started: null });
    expect(tryLock(folder, 'work')).toMatchObject({ kind: 'held', holder: { host: 'elsewhere' } });
  });

  it.for<readonly [string, Need, readonly [string, ...string[]]]>([
    [
      'in a container that has the name of the host and process numbers of its own',
      'the right to mount',
      ['unshare', '-rpf', '--mount-proc'],
    ],
    [
      'as another user, from whom the holder and the system hide what they may',
      'another user, who reaches the checkout',
      [
        'unshare',
        '-m',
        'sh',
        '-c',
        'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"',
        'sh',
      ],
    ],
  ])('is not taken from its holder by who looks %s', async ([, need, words], context) => {
    needs(context, need);
    const folder = await project();
    chmodSync(folder, 0o777);
    const lock = takenBySomebodyPrivate(folder);
    const script = `console.log(require(process.argv[1]).tryLock(process.argv[2], 'work').kind)`;
    const [program, ...args] = words;
    const asked = [...args, process.execPath, '-e', script, lockModule, folder];
    expect(spawnSync(program, asked, { encoding: 'utf8', timeout: 30_000 })).toMatchObject({
      stdout: 'held\n',
    });
    lock.release();
    expect(spawnSync(program, asked, { encoding: 'utf8', timeout: 30_000 })).toMatchObject({
      stdout: 'taken\n',
    });
  });
});

describe('takeLock', () => {
  it('waits for the holder and tells of it once', async () => {
    const folder = await project();
    const first = taken(folder);
    const told: Holder[] = [];
    const second = takeLock(folder, 'work', {
      signal: new AbortController().signal,
      onHeld: (holder) => {
        told.push(holder);
        setTimeout(() => first.release(), 250);
      },
    });
    (await second).release();
    expect(told.map(({ pid }) => pid)).toEqual([process.pid]);
  });

  it('stops waiting when it is told to', async () => {
    const folder = await project();
    taken(folder);
    const stop = new AbortController();
    const waiting = takeLock(folder, 'work', { signal: stop.signal, onHeld: () => stop.abort() });
    await expect(waiting).rejects.toThrow('aborted');
  });

  it('never has two holders, with many processes and one that is killed while it holds', async () => {
    const root = await project();
    await write(root, {
      'contender.ts': `
        import { appendFileSync, mkdirSync, rmdirSync } from 'node:fs';
        import { takeLock } from ${JSON.stringify(lockModule)};
        for (let i = 0; i < 15; i++) {
          const lock = await takeLock('locks', 'work', { signal: new AbortController().signal, onHeld() {} });
          mkdirSync('inside');
          rmdirSync('inside');
          if (process.argv[2] === 'dies' && i === 7) process.kill(process.pid, 'SIGKILL');
          lock.release();
          appendFileSync('done', '.');
        }`,
    });
    const contenders = ['stays', 'stays', 'dies'].map((fate) =>
      fork(join(root, 'contender.ts'), [fate], { cwd: root, execArgv: [] }),
    );
    const ends = await Promise.all(contenders.map((contender) => once(contender, 'exit')));
    expect(ends).toEqual([
      [0, null],
      [0, null],
      [null, 'SIGKILL'],
    ]);
  });
});
