import { expect, it } from 'vitest';

import { editDuring } from '../../bench/edits-during/trial.ts';
import { folderOfTest } from '../temporary-folder.ts';

// `npm run bench -- edits-during` does the same with hundreds of edits.
it.each(['a', 'b', 'c'])(
  'a run of random project %s, edited meanwhile, leaves nothing under a key that it is not of',
  async (seed) => {
    const { edits, wrong } = await editDuring(await folderOfTest(), seed);
    expect(edits).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  },
);
