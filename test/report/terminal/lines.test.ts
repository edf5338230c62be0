import { describe, expect, it } from 'vitest';

import { RunLines } from '../../../src/report/terminal/lines.ts';
import type { RunCounts, RunEvent, RunStatus } from '../../../src/run/event.ts';
import { key, nodeEvent, nodeFailed, nodeFinished, nodeStarted, progress, started } from './events.ts';

const told = (...events: readonly RunEvent[]): readonly string[] => {
  const lines = new RunLines();
  return events.flatMap((event) => [...lines.of(event)]);
};

const log = (line: string): RunEvent => nodeEvent('node-log', 'scan', 1, { stream: 'stderr', line });

const name = (shard: number): string => (shard === 1 ? 'read' : `read[shard=${shard}]`);

const finished = (status: RunStatus, counts: RunCounts, seconds: number): RunEvent => ({
  kind: 'run-finished',
  at: 0,
  run: 'r1',
  status,
  counts,
  seconds,
});

describe('a run as lines', () => {
  it('begins with what is to be done and ends with what was', () => {
    const counts = { hit: 1, ran: 2, failed: 1, skipped: 3 };
    expect(told(started(4), finished('failed', counts, 83.21))).toEqual([
      '4 nodes: 2 to run, 1 perhaps (unless its inputs come out as before), 1 unchanged',
      '2 ran, 1 unchanged, 1 failed, 3 not tried, 1m 23s',
    ]);
  });

  it('tells each start with its reason and each end with its time and first metrics', () => {
    const changed = nodeEvent('node-started', 'gmm', 0, {
      key,
      cpus: 1,
      resumed: true,
      reason: {
        kind: 'changed',
        changes: [
          { part: 'params', name: 'components', before: 8, after: 4 },
          { part: 'code', name: 'src/em.ts', before: 'a', after: 'b' },
          { part: 'package', name: 'sharp', before: '1.0.0', after: '1.0.1' },
        ],
      },
    });
    expect(told(nodeStarted('scan', 0), nodeFinished('scan', 4), changed)).toEqual([
      'start   scan  (never run)',
      'done    scan  4.2s, auc.mean 0.8731',
      'resume  gmm  (parameter components 8 -> 4; code src/em.ts changed; 1 more)',
    ]);
  });

  it('tells of the many nodes of a stage together, with the time left', () => {
    const begun = { ...started(50), stages: { read: 50, train: 2 } } as RunEvent;
    const shards = Array.from({ length: 50 }, (_, i) => [
      nodeStarted(name(i + 1), i),
      progress(name(i + 1), i + 0.5, 100),
      nodeFinished(name(i + 1), i + 1),
    ]).flat();
    expect(told(begun, ...shards, nodeStarted('train', 50)).slice(1)).toEqual([
      'start   read  50 nodes, the first: never run',
      'done    read  10 of 50, 10s, 40s left',
      'done    read  20 of 50, 20s, 30s left',
      'done    read  30 of 50, 30s, 20s left',
      'done    read  40 of 50, 40s, 10s left',
      'done    read  50 of 50, 50s',
      'start   train  (never run)',
    ]);
  });

  it('tells progress after ten seconds or a quarter of the work, not more often', () => {
    const lines = told(
      nodeStarted('train', 0),
      progress('train', 1, 10),
      progress('train', 2, 49),
      progress('train', 3, 50, 'loss 0.41'),
      progress('train', 9, 60),
      progress('train', 13, 61),
      progress('train', 14, 120),
    );
    expect(lines.slice(1)).toEqual([
      ' 25 %   train  50/200 steps, loss 0.41',
      ' 30 %   train  61/200 steps',
      ' 60 %   train  120/200 steps',
    ]);
  });

  it('tells of an interruption what was stopped, and counts what was not tried', () => {
    const failure = { code: 'INTERRUPTED', message: 'the run was interrupted' };
    const stopped = nodeEvent('node-failed', 'train', 3, {
      reason: 'interrupted',
      failure,
      log: null,
      seconds: 3,
    });
    const skipped = nodeEvent('node-skipped', 'test', 3, { reason: 'interrupted', because: null });
    const counts = { hit: 0, ran: 0, failed: 1, skipped: 1 };
    expect(told(stopped, skipped, finished('interrupted', counts, 3))).toEqual([
      'stopped train  3s, what it has done so far is kept',
      'interrupted, 0 ran, 0 unchanged, 1 stopped or failed, 1 not tried, 3s',
    ]);
  });

  it('tells a failure with its code, its remedy and the last of its log', () => {
    const skipped = nodeEvent('node-skipped', 'train', 2, { reason: 'input-failed', because: 'scan' });
    const lines = told(
      ...Array.from({ length: 30 }, (_, i) => log(`line ${i}`)),
      nodeFailed('scan', 2),
      skipped,
    );
    expect(lines.slice(0, 2)).toEqual([
      'FAILED  scan  1.5s  ../photos: FOLDER_EMPTY no photos (name another folder)',
      '        | line 10',
    ]);
    expect(lines.slice(-3)).toEqual([
      '        | line 29',
      '        log: /artifacts/x/log.txt',
      'skip    train  needs scan',
    ]);
  });
});
