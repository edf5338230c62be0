/** Events of a made-up run, for the views to show. */
import type { Digest } from '../../../src/graph/node.ts';
import type { NodeEvent, RunEvent } from '../../../src/run/event.ts';

type Details<Kind extends RunEvent['kind']> = Omit<
  Extract<RunEvent, { kind: Kind }>,
  'kind' | 'at' | 'node' | 'recipe'
>;

/** An event of a node at a time in seconds. */
export function nodeEvent<Kind extends NodeEvent['kind']>(
  kind: Kind,
  node: string,
  seconds: number,
  details: Details<Kind>,
): RunEvent {
  return { kind, node, recipe: node as Digest, at: seconds * 1000, ...details } as unknown as RunEvent;
}

export const key = 'f00d' as Digest;

export const started = (total: number): RunEvent => ({
  kind: 'run-started',
  at: 0,
  run: 'r1',
  plan: { total, hit: 1, run: 2, perhaps: 1, alike: 0, shared: 0 },
  cpus: 2,
});

export const nodeStarted = (node: string, seconds: number): RunEvent =>
  nodeEvent('node-started', node, seconds, { key, cpus: 1, resumed: false, reason: { kind: 'never-run' } });

export const progress = (node: string, seconds: number, done: number, note?: string): RunEvent =>
  nodeEvent('node-progress', node, seconds, {
    progress: { done, total: 200, unit: 'steps', ...(note === undefined ? {} : { note }) },
  });

export const nodeFinished = (node: string, seconds: number): RunEvent =>
  nodeEvent('node-finished', node, seconds, {
    key,
    folder: '/artifacts/x',
    seconds: 4.25,
    files: 1,
    bytes: 10,
    metrics: [{ name: 'auc.mean', value: 0.87312, direction: 'higher', unit: '1' }],
    marks: [],
    adopted: false,
  });

export const nodeFailed = (node: string, seconds: number): RunEvent =>
  nodeEvent('node-failed', node, seconds, {
    reason: 'stage-error',
    failure: {
      code: 'FOLDER_EMPTY',
      message: 'no photos',
      place: '../photos',
      remedy: 'name another folder',
    },
    log: '/artifacts/x/log.txt',
    seconds: 1.5,
  });
