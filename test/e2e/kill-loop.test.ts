import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { killLoop } from '../../bench/kills/loop.ts';

// `npm run bench -- kills` does the same 200 times.
it('runs that are killed at random moments leave no torn file, lose no artifact and never call a wrong result up to date', async () => {
  const root = mkdtempSync(join(tmpdir(), 'pipe-kills-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const { killed, survived, faults } = await killLoop(root, { kills: 15, seed: 1 });
  expect(faults).toEqual([]);
  expect(survived).toBe(killed);
});
