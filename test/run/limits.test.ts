import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Node } from '../../src/graph/node.ts';
import { needs } from '../needs.ts';
import { eventsOf, graph, isRunning, node, project, run, write } from './project.ts';

const pidIn = (root: string, file: string): number => Number(readFileSync(join(root, file), 'utf8'));

describe('a time-out', () => {
  const slow = graph(
    node('slow', {
      run: 'sleep 60 & echo $! > inside; setsid sh -c "echo \\$\\$ > outside; exec sleep 60" & while [ ! -s outside ]; do sleep 0.01; done; wait',
      limits: { timeout: 0.5, retries: 0 },
    }),
  );

  it('ends the stage with all its processes, those that left its group too, and says so', async (context) => {
    needs(context, 'setsid');
    const root = await project();
    const ran = await run(root, slow);
    expect(ran.failures).toMatchObject([
      { reason: 'timed-out', failure: { code: 'STAGE_TIMED_OUT', place: 'slow' } },
    ]);
    expect(['inside', 'outside'].map((file) => isRunning(pidIn(root, file)))).toEqual([false, false]);
    expect(existsSync(join(root, 'artifacts/slow'))).toBe(false);
  });

  it('leaves alone what ends in time', async () => {
    const quick = node('quick', { run: 'true', limits: { timeout: 60, retries: 0 } });
    expect((await run(await project(), graph(quick))).status).toBe('ok');
  });
});

/** Fails until it was tried `times` times; counts in its checkpoint, writes the count. */
const stubborn = (times: number, retries: number): ReturnType<typeof graph> =>
  graph(
    node('stubborn', {
      run: `echo try >> $PIPE_CHECKPOINT/tries; touch $PIPE_OUTPUT/$(wc -l < $PIPE_CHECKPOINT/tries); [ $(wc -l < $PIPE_CHECKPOINT/tries) -ge ${times} ]`,
      limits: { timeout: null, retries },
    }),
  );

describe('retries', () => {
  it('try again with the checkpoint and an empty output until it ends well', async () => {
    const root = await project();
    const ran = await run(root, stubborn(3, 5));
    expect(ran.status).toBe('ok');
    expect(eventsOf(ran, 'node-retried')).toMatchObject([
      { reason: 'exit-code', attempt: 1, attempts: 6 },
      { reason: 'exit-code', attempt: 2, attempts: 6 },
    ]);
    expect(eventsOf(ran, 'node-started').map(({ resumed }) => resumed)).toEqual([false, true, true]);
    expect(ran.targets[0]?.artifact?.manifest.files.map(({ path }) => path)).toEqual(['3']);
  });

  it('end with the failure of the last attempt', async () => {
    const ran = await run(await project(), stubborn(9, 2));
    expect(ran.started).toHaveLength(3);
    expect(ran.failures).toMatchObject([{ reason: 'exit-code' }]);
  });

  it('are for stages that took too long as well', async () => {
    const root = await project();
    const sleeper = node('sleeper', {
      run: 'test -e again || { touch again; exec sleep 60; }',
      limits: { timeout: 1, retries: 1 },
    });
    const ran = await run(root, graph(sleeper));
    expect([ran.status, eventsOf(ran, 'node-retried').map(({ reason }) => reason)]).toEqual([
      'ok',
      ['timed-out'],
    ]);
  });

  it('are not for what another attempt cannot mend', async () => {
    const link = node('link', { run: 'ln -s x $PIPE_OUTPUT/x', limits: { timeout: null, retries: 3 } });
    const ran = await run(await project(), graph(link));
    expect(ran.started).toHaveLength(1);
    expect(ran.failures).toMatchObject([{ failure: { code: 'OUTPUT_LINK' } }]);
  });
});

/** Notes the devices it sees and waits for `go`. */
const device = (name: string, gpu: number | 'all'): Node =>
  node(name, {
    run: `echo "$CUDA_VISIBLE_DEVICES" > ${name}.seen; while [ ! -e go ]; do sleep 0.02; done`,
    resources: { gpu },
  });

describe('devices', () => {
  it('are handed out apart and each stage sees its own alone', async () => {
    const root = await project();
    const nodes = graph(device('one', 1), device('two', 1), device('three', 2), device('none', 0));
    const ran = run(root, nodes, { cpus: 4, jobs: 4, resources: { gpu: 4 } });
    while (!['one', 'two', 'three', 'none'].every((name) => existsSync(join(root, `${name}.seen`))))
      await new Promise((resolve) => setTimeout(resolve, 10));
    await write(root, { go: '' });
    expect((await ran).status).toBe('ok');
    const seen = (name: string): string => readFileSync(join(root, `${name}.seen`), 'utf8').trim();
    expect(`${seen('one')},${seen('two')},${seen('three')}`.split(',').toSorted()).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
    expect(seen('none')).toBe('');
  });

  it('are handed on when a stage has ended', async () => {
    const root = await project({ go: '' });
    const ran = await run(root, graph(device('one', 'all'), device('two', 2)), { resources: { gpu: 2 } });
    expect(ran.status).toBe('ok');
    expect(readFileSync(join(root, 'two.seen'), 'utf8')).toBe('0,1\n');
  });
});

describe('memory', () => {
  it('beyond what there is fails the stage before it starts', async () => {
    const large = node('large', { resources: { memory: 9 } });
    const ran = await run(await project(), graph(large), { resources: { memory: 8 } });
    expect(ran.failures).toMatchObject([
      { failure: { code: 'RESOURCE_UNAVAILABLE', message: 'asks for 9 of `memory` where there is 8' } },
    ]);
  });
});
