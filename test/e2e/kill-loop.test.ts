import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;

// `npm run bench -- kills` does it 500 times. As root it makes an ordinary user of itself.
it('every fault is healed by the next run: kills, failing calls, full disks, lost permissions', async () => {
  const bench = join(import.meta.dirname, '../../bench/main.ts');
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
