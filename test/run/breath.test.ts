import { describe, expect, it } from 'vitest';

import { openBreath } from '../../src/run/breath.ts';

const work = (): void => {
  for (const start = performance.now(); performance.now() - start < 2;);
};

describe('a long row of works', () => {
  it('lets others have their turn in between, and keeps its order', async () => {
    const breathe = openBreath();
    const done: number[] = [];
    let before = 0;
    setImmediate(() => (before = done.length));
    const row = Array.from({ length: 200 }, async (_, index) => {
      await breathe();
      work();
      done.push(index);
    });
    await Promise.all(row);
    expect(before).toBeLessThan(200);
    expect(done).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });
});
