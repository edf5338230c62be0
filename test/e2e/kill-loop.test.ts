import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

// `npm run bench -- kills` does it 500 times. As root it makes an ordinary user of itself.
it('every fault is healed by the next run: kills, failing calls, full disks, lost permissions', async () => {
  const bench = join(import.meta.dirname, '../../bench/main.ts');
  const { stdout } = await execa(process.execPath, [bench, 'kills', '12', '--seed', '3', '--json'], {
    reject: false,
  });
  expect(JSON.parse(stdout)).toMatchObject({ trials: 12, healed: 12, faults: [] });
});
