import { describe, expect, it } from 'vitest';
import { openPool, type Grant, type ResourcePool } from '../../src/run/resources.ts';

const all = { cpu: 'all' } as const;
const never = new AbortController().signal;

/** Asks, and tells at once what was granted, or undefined where it has to wait. */
async function grantedNow(asked: Promise<Grant>): Promise<number | undefined> {
  let cpus: number | undefined;
  void asked.then((grant) => (cpus = grant.cpus));
  await new Promise((resolve) => setImmediate(resolve));
  return cpus;
}

const ask = (pool: ResourcePool, order: number, resources = {}): Promise<Grant> =>
  pool.acquire({ resources, order }, never);

describe('the cores of a run', () => {
  it('all go to a node that asks for all and is alone', async () => {
    const pool = openPool({ cpus: 4, jobs: 4 });
    pool.expect({ resources: all, order: 0 });
    expect(await grantedNow(ask(pool, 0, all))).toBe(4);
  });

  it('are shared by those who ask for all and are ready together', async () => {
    const pool = openPool({ cpus: 4, jobs: 8 });
    for (const order of [0, 1, 2]) pool.expect({ resources: all, order });
    expect(await grantedNow(ask(pool, 0, all))).toBe(1);
    expect(await grantedNow(ask(pool, 1, all))).toBe(2);
    expect(await grantedNow(ask(pool, 2, all))).toBe(1);
  });

  it('come free for the next in the order of the graph', async () => {
    const pool = openPool({ cpus: 2, jobs: 8 });
    for (const order of [0, 1, 2, 3]) pool.expect({ resources: all, order });
    const first = ask(pool, 0, all);
    await ask(pool, 1, all);
    const later = ask(pool, 3, all);
    const sooner = ask(pool, 2, all);
    expect(await grantedNow(sooner)).toBe(undefined);
    (await first).release();
    expect(await grantedNow(sooner)).toBe(1);
    expect(await grantedNow(later)).toBe(undefined);
  });

  it('are not kept for a node that needed none in the end', async () => {
    const pool = openPool({ cpus: 2, jobs: 8 });
    const withdraw = pool.expect({ resources: all, order: 0 });
    pool.expect({ resources: all, order: 1 });
    withdraw();
    expect(await grantedNow(ask(pool, 1, all))).toBe(2);
  });

  it('are never more than there are, and one for a node that says nothing', async () => {
    const pool = openPool({ cpus: 2, jobs: 8 });
    expect(await grantedNow(ask(pool, 0))).toBe(1);
    expect(await grantedNow(ask(pool, 1, { cpu: 7 }))).toBe(undefined);
    const other = openPool({ cpus: 2, jobs: 8 });
    expect(await grantedNow(ask(other, 0, { cpu: 7 }))).toBe(2);
  });
});

describe('a named resource', () => {
  it('exists once unless more is declared', async () => {
    const pool = openPool({ cpus: 8, jobs: 8, named: { gpu: 2 } });
    expect(await grantedNow(ask(pool, 0, { licence: 1 }))).toBe(1);
    expect(await grantedNow(ask(pool, 1, { licence: 1 }))).toBe(undefined);
    expect(await grantedNow(ask(pool, 2, { gpu: 1 }))).toBe(1);
    expect(await grantedNow(ask(pool, 3, { gpu: 1 }))).toBe(1);
  });

  it('is not waited for after an interruption', async () => {
    const pool = openPool({ cpus: 1, jobs: 8 });
    await ask(pool, 0);
    const interruption = new AbortController();
    const waiting = pool.acquire({ resources: {}, order: 1 }, interruption.signal);
    interruption.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
  });
});
