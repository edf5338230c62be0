/** A few rounds of `npm run bench -- edits`, which makes thousands. */
import { expect, it } from 'vitest';

import { editLoop } from '../../bench/edits/trial.ts';
import { folderOfTest } from '../temporary-folder.ts';

it('gives the bytes of a run in an empty store after each of random edits, installs and relinks of what a stage imports', async () => {
  const { wrong, unchanged } = await editLoop(await folderOfTest(), {
    edits: 14,
    seed: 'tests',
  });
  expect(wrong).toEqual([]);
  // Neither does everything run again each time.
  expect(unchanged).toBeGreaterThan(0);
  expect(unchanged).toBeLessThan(14);
});
