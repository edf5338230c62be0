import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { drawByRank, rankOf, shardOf } from '../../../src/science/datasets/shards.ts';

const ids = Array.from({ length: 2000 }, (_, i) => ({ id: `images/128/${i}.png` }));

describe('shards', () => {
  it('depend on the id alone, and are from 1 to their number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 500 }), (id, shards) => {
        const shard = shardOf(id, shards);
        expect(shard).toBe(shardOf(id, shards));
        expect(shard >= 1 && shard <= shards && Number.isInteger(shard)).toBe(true);
      }),
    );
  });

  it('are about equally large', () => {
    const shards = ids.map(({ id }) => shardOf(id, 8));
    const counts = [1, 2, 3, 4, 5, 6, 7, 8].map((shard) => shards.filter((each) => each === shard).length);
    expect(Math.min(...counts)).toBeGreaterThan(200);
    expect(Math.max(...counts)).toBeLessThan(300);
  });

  it('stay what they are between versions', () => {
    expect(['a.jpg', 'images/128/12.png', 'ä b'].map((id) => shardOf(id, 64))).toEqual([13, 50, 25]);
    expect(rankOf('a.jpg', 1)).toBe(201650369957965);
  });
});

describe('a draw by rank', () => {
  it('has as many as asked for, in their order, others for another seed', () => {
    const drawn = drawByRank(ids, 500, 1);
    expect(drawn).toHaveLength(500);
    expect(drawn).toEqual(ids.filter((item) => drawn.includes(item)));
    expect(drawByRank(ids, 500, 2)).not.toEqual(drawn);
    expect(drawByRank(ids, 5000, 1)).toBe(ids);
  });

  it('changes by one at most when there is one more', () => {
    const drawn = new Set(drawByRank(ids, 500, 1));
    const one = { id: 'one more.jpg' };
    const after = drawByRank([...ids, one], 500, 1);
    expect(after.filter((item) => !drawn.has(item)).every((item) => item === one)).toBe(true);
  });
});
