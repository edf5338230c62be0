import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { planRun } from '../../src/run/plan.ts';
import type { Graph } from '../../src/graph/node.ts';
import { openStore, type Artifact } from '../../src/store/store.ts';
import { readTable, writeTable } from '../../src/store/tree-table.ts';
import { eventsOf, graph, node, project, run, type Ran } from './project.ts';

const first = node('first', {
  run: 'echo first >> ran; echo bytes > $PIPE_OUTPUT/x; echo other > $PIPE_OUTPUT/y',
});
const second = (factor: number): Graph =>
  graph(
    first,
    node('second', {
      run: 'cat $PIPE_INPUT_X > $PIPE_OUTPUT/copy',
      params: { factor },
      inputs: { x: [first, 'x'] },
    }),
  );

/** Writes other bytes of the same length and sets the times back. */
function flip(path: string): void {
  const { atime, mtime, mode } = statSync(path);
  const bytes = readFileSync(path);
  bytes[0] = (bytes[0] as number) ^ 1;
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  utimesSync(path, atime, mtime);
}

async function artifactOf(root: string, stage: string): Promise<Artifact> {
  const artifact = await (await openStore(root)).lastOfStage(stage);
  if (artifact === undefined) throw new Error(`no artifact of ${stage}`);
  return artifact;
}

/** As a disk does it: no time changes. The stat index is made to know the new stamp under the old digest. */
async function rot(root: string, stage: string, file: string): Promise<void> {
  const store = await openStore(root);
  const artifact = await artifactOf(root, stage);
  const index = store.layout.treeIndex(artifact.folder);
  const before = readTable(index);
  flip(join(artifact.folder, file));
  await store.find(stage, artifact.manifest.key);
  const after = readTable(index);
  if (before === undefined || after === undefined) throw new Error('there is no index');
  writeTable(index, { ...after, digest: before.digest });
  expect(await store.find(stage, artifact.manifest.key)).toMatchObject({ kind: 'found' });
}

const timesRan = (root: string): number => readFileSync(join(root, 'ran'), 'utf8').split('\n').length - 1;
const copyIn = ({ targets }: Ran): string =>
  readFileSync(join(targets[0]?.artifact?.folder as string, 'copy'), 'utf8');

describe('a changed file in an artifact', () => {
  it('is found by its times, in the plan and in the run, and healed', async () => {
    const root = await project();
    await run(root, second(1));
    flip(join((await artifactOf(root, 'first')).folder, 'y'));

    const { nodes } = await planRun(second(1), { root, store: await openStore(root), cpus: 1 });
    expect(nodes.map(({ decision }) => decision)).toMatchObject([
      { kind: 'run', reason: { kind: 'damaged', path: 'files/y' } },
      { kind: 'run-unless-inputs-come-out-equal' },
    ]);
    const ran = await run(root, second(1));
    expect(ran.started).toEqual(['first']);
    expect(eventsOf(ran, 'node-damaged')).toMatchObject([{ node: 'first', path: 'files/y' }]);
    expect(readFileSync(join((await artifactOf(root, 'first')).folder, 'y'), 'utf8')).toBe('other\n');
  });

  it('that shows in no time is found before a node takes it as input, and healed', async () => {
    const root = await project();
    await run(root, second(1));
    await rot(root, 'first', 'x');
    const ran = await run(root, second(2));
    expect(ran.started).toEqual(['first', 'second']);
    expect(eventsOf(ran, 'node-damaged')).toMatchObject([{ node: 'first', path: 'files/x' }]);
    expect(copyIn(ran)).toBe('bytes\n');
    expect(ran.counts).toEqual({ hit: 0, ran: 2, failed: 0, skipped: 0 });
  });

  it('is left alone where nothing takes it', async () => {
    const root = await project();
    await run(root, second(1));
    await rot(root, 'first', 'y');
    expect((await run(root, second(2))).started).toEqual(['second']);
    expect(timesRan(root)).toBe(1);
  });

  it('that cannot be healed stops what needs it', async () => {
    const root = await project();
    const broken = node('first', { run: 'test ! -e ran && touch ran && echo 1 > $PIPE_OUTPUT/x' });
    const user = (factor: number): Graph =>
      graph(broken, node('user', { params: { factor }, inputs: { broken } }));
    await run(root, user(1));
    await rot(root, 'first', 'x');
    const ran = await run(root, user(2));
    expect(ran.failures.map(({ node, reason }) => [node, reason])).toEqual([['first', 'exit-code']]);
    expect(eventsOf(ran, 'node-skipped')).toMatchObject([
      { node: 'user', reason: 'input-failed', because: 'first' },
    ]);
  });
});

describe('an input', () => {
  const copy = graph(
    node('copy', { run: 'cat $PIPE_INPUT_DATA > $PIPE_OUTPUT/copy', inputs: { data: 'data' } }),
  );

  it('with other bytes of the same size under a restored time is found', async () => {
    const root = await project({ data: 'old' });
    utimesSync(join(root, 'data'), 1e9, 1e9);
    await run(root, copy);
    flip(join(root, 'data'));
    const ran = await run(root, copy);
    expect(ran.started).toEqual(['copy']);
    expect(copyIn(ran)).toBe('nld');
  });
});
