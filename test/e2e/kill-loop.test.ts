import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { ended } from '../../bench/kills/command.ts';
import { isRunning } from '../run/project.ts';
import { folderOfTest } from '../temporary-folder.ts';
import { until } from './runner-project.ts';

const bench = join(import.meta.dirname, '../../bench/main.ts');
const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;

// `npm run bench -- kills` does it 500 times. As root it makes an ordinary user of itself.
it('every fault is healed by the next run: kills, failing calls, full disks, lost permissions', async () => {
  const { stdout } = await execa(process.execPath, [bench, 'kills', '12', '--seed', '3', '--json'], {
    reject: false,
  });
  const found = JSON.parse(stdout) as {
    readonly kinds: Readonly<Record<string, { readonly struck: number }>>;
  };
  expect(found).toMatchObject({ trials: 12, healed: 12, faults: [] });
  // A loop whose faults do not come about heals everything.
  expect(found.kinds['kill']?.struck ?? 0).toBeGreaterThanOrEqual(hasStrace ? 1 : 0);
});

describe('the loop', () => {
  it('ends a command that never ends with all it started, and counts it as lost', async () => {
    const folder = await folderOfTest();
    const { code, isLost, text } = await ended(folder, ['sh', '-c', 'sleep 1000 & echo $!; wait'], {
      patience: 500,
    });
    expect([code, isLost]).toEqual([null, true]);
    await until(() => !isRunning(Number(text)));
  });

  it('waits for nobody who holds the output of a command that has ended', async () => {
    const folder = await folderOfTest();
    const { code, isLost, text } = await ended(folder, ['sh', '-c', 'setsid sleep 1000 & echo $!']);
    expect([code, isLost]).toEqual([0, false]);
    process.kill(Number(text));
  });

  it('that is told to end leaves nothing mounted and no file', async () => {
    const folder = await folderOfTest();
    chmodSync(folder, 0o755);
    const child = spawn(process.execPath, [bench, 'kills', '4'], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: folder },
    });
    const over = new Promise((resolve) => child.once('exit', resolve));
    await until(() => readdirSync(folder).some((name) => existsSync(join(folder, name, 'trials'))));
    child.kill('SIGTERM');
    expect(await over).toBe(130);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder);
    expect(readdirSync(folder)).toEqual([]);
  });
});
