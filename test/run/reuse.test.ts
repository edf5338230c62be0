import { chmodSync, existsSync, readFileSync, utimesSync } from 'node:fs';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { planRun } from '../../src/run/plan.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import { openStore } from '../../src/store/store.ts';
import { eventsOf, graph, node, project, run, write, type Ran } from './project.ts';

/** `data` -> sort -> count -> report, and `data` -> size -> report. */
function chain({ by = 1, lines = 1 }: { readonly by?: number; readonly lines?: number } = {}): Graph {
  const sort = node('sort', {
    run: 'sort -u $PIPE_INPUT_DATA/* > $PIPE_OUTPUT/sorted; echo x > $PIPE_OUTPUT/rest',
    params: { by },
    inputs: { data: 'data' },
  });
  const count = node('count', {
    run: 'wc -l < $PIPE_INPUT_SORTED > $PIPE_OUTPUT/count',
    params: { lines },
    inputs: { sorted: [sort, 'sorted'] },
  });
  const size = node('size', {
    run: 'ls $PIPE_INPUT_DATA | wc -l > $PIPE_OUTPUT/size',
    inputs: { data: 'data' },
  });
  return graph(
    sort,
    count,
    size,
    node('report', {
      run: 'cat $PIPE_INPUT_A/* $PIPE_INPUT_B/* > $PIPE_OUTPUT/all',
      inputs: { a: count, b: size },
    }),
  );
}

/** The plan's decisions, and then what a run really did. */
async function planAndRun(
  root: string,
  nodes: Graph,
): Promise<{ readonly plan: Record<string, string>; readonly ran: Ran }> {
  const { nodes: planned } = await planRun(nodes, { root, store: await openStore(root), cpus: 2 });
  const plan = Object.fromEntries(planned.map(({ node: { name }, decision }) => [name, decision.kind]));
  return { plan, ran: await run(root, nodes) };
}

const perhaps = 'run-unless-inputs-come-out-equal';

const withRest = (rest: number): Graph => {
  const two = node('two', { run: `echo same > $PIPE_OUTPUT/used; echo ${rest} > $PIPE_OUTPUT/rest` });
  return graph(two, node('user', { inputs: { used: [two, 'used'] } }));
};

/** A probe's module: `auto` stands for `answer`, everything else for itself. */
const probe = (answer: string): string =>
  `export default { settle: (value) => (value === 'auto' ? '${answer}' : value) };\n`;

const trained = (backend: string, module = 'probe.js'): Graph =>
  graph(
    node('train', {
      run: 'cp $PIPE_PARAMS $PIPE_OUTPUT',
      params: { backend },
      probes: { backend: module },
    }),
  );

const onCard = (takes: string): string =>
  `export default { settle: () => 'card', takes: (settled) => (settled === 'card' ? ${takes} : {}) };\n`;
const training = (stage: string): Node =>
  node(stage, {
    // Fails where another is at it.
    run: 'mkdir busy && i=0 && while [ $i -lt 9999 ]; do i=$((i+1)); done; rmdir busy',
    params: { backend: 'auto' },
    probes: { backend: 'probe.js' },
  });

const withWorkers = (workers: number): Graph =>
  graph(node('train', { run: 'cp $PIPE_PARAMS $PIPE_OUTPUT', params: { lines: 1 }, effort: { workers } }));

const readParams = (ran: Ran): unknown =>
  JSON.parse(readFileSync(join(ran.targets[0]?.artifact?.folder as string, 'params.json'), 'utf8'));

describe('a second run', () => {
  it('runs nothing', async () => {
    const root = await project({ 'data/a': '2\n1\n' });
    const first = await planAndRun(root, chain());
    expect(first.plan).toEqual({ sort: 'run', count: 'run', size: 'run', report: 'run' });
    expect(first.ran.started.toSorted()).toEqual(['count', 'report', 'size', 'sort']);
    const second = await planAndRun(root, chain());
    expect(second.plan).toEqual({ sort: 'hit', count: 'hit', size: 'hit', report: 'hit' });
    expect(second.ran.counts).toEqual({ hit: 4, ran: 0, failed: 0, skipped: 0 });
  });

  it('runs nothing after an input was touched', async () => {
    const root = await project({ 'data/a': '1\n' });
    await run(root, chain());
    utimesSync(join(root, 'data/a'), 1, 1);
    expect((await planAndRun(root, chain())).ran.counts.hit).toBe(4);
  });

  it('runs nothing after the project was moved with its store', async () => {
    const root = await project({ 'data/a': '1\n' });
    await run(root, chain());
    const moved = await project();
    await cp(root, moved, { recursive: true });
    expect((await run(moved, chain())).counts.hit).toBe(4);
  });

  it('stops early where equal bytes come out', async () => {
    const root = await project({ 'data/a': '1\n2\n' });
    await run(root, chain());
    await write(root, { 'data/a': '2\n1\n' });
    const { plan, ran } = await planAndRun(root, chain());
    expect(plan).toEqual({ sort: 'run', count: perhaps, size: 'run', report: perhaps });
    expect(ran.started.toSorted()).toEqual(['size', 'sort']);
    expect(ran.counts).toEqual({ hit: 2, ran: 2, failed: 0, skipped: 0 });
  });

  it('runs what a parameter reaches and nothing else', async () => {
    const root = await project({ 'data/a': '1\n2\n' });
    await run(root, chain());
    const { plan, ran } = await planAndRun(root, chain({ lines: 2 }));
    expect(plan).toEqual({ sort: 'hit', count: 'run', size: 'hit', report: perhaps });
    expect(ran.started).toEqual(['count']);
    const reason = eventsOf(ran, 'node-started')[0]?.reason;
    expect(reason).toEqual({
      kind: 'changed',
      changes: [{ part: 'params', name: 'lines', before: 1, after: 2 }],
    });
  });

  it('runs nothing after a change of a parameter that cannot change the result, which the stage is handed', async () => {
    const root = await project();
    const first = await run(root, withWorkers(1));
    expect(readParams(first)).toEqual({ lines: 1, workers: 1 });
    expect((await planAndRun(root, withWorkers(4))).ran.started).toEqual([]);
  });

  it('runs nothing where a probe says that the value stands for the one there was', async () => {
    const root = await project({ 'probe.js': probe('cpu') });
    const first = await run(root, trained('auto'));
    expect(readParams(first)).toEqual({ backend: 'cpu' });
    expect((await planAndRun(root, trained('cpu'))).plan).toEqual({ train: 'hit' });
    expect((await planAndRun(root, trained('auto'))).plan).toEqual({ train: 'hit' });
  });

  it('finds what an earlier one made when the change is taken back', async () => {
    const root = await project({ 'data/a': '1\n2\n' });
    await run(root, chain());
    await write(root, { 'data/a': '3\n' });
    await run(root, chain());
    await write(root, { 'data/a': '1\n2\n' });
    expect((await run(root, chain())).counts.hit).toBe(4);
  });

  it('depends on the part of an artifact that is used alone', async () => {
    const root = await project();
    await run(root, withRest(1));
    expect((await run(root, withRest(2))).started).toEqual(['two']);
  });

  it('sees the script that a command names', async () => {
    const root = await project({ 'count.sh': 'echo 1 > $PIPE_OUTPUT/n' });
    const script = graph(node('count', { run: 'sh count.sh', files: ['count.sh'] }));
    await run(root, script);
    await write(root, { 'count.sh': 'echo 2 > $PIPE_OUTPUT/n' });
    expect((await run(root, script)).started).toEqual(['count']);
    expect((await run(root, script)).started).toEqual([]);
  });

  it.each([
    ['a script', 'say.sh', 'say.sh'],
    ['a script in a folder of them', 'lib/say.sh', 'lib'],
  ])('sees whether %s that a command names may be executed', async (_, file, named) => {
    const root = await project({ [file]: '#!/bin/sh\necho said' });
    const say = graph(
      node('say', { run: `cd $PIPE_OUTPUT; ${root}/${file} > a || echo cannot > a`, files: [named] }),
    );
    const saidWith = async (mode: number): Promise<string> => {
      chmodSync(join(root, file), mode);
      const { targets } = await run(root, say);
      return readFileSync(join(targets[0]?.artifact?.folder as string, 'a'), 'utf8');
    };
    expect(await saidWith(0o644)).toBe('cannot\n');
    chmodSync(join(root, file), 0o755);
    const { nodes } = await planRun(say, { root, store: await openStore(root), cpus: 1 });
    expect(JSON.stringify(nodes)).toContain('executable bit of ' + file);
    expect(await saidWith(0o755)).toBe('said\n');
    expect(await saidWith(0o644)).toBe('cannot\n');
    chmodSync(join(root, file), 0o600);
    expect((await run(root, say)).started).toEqual([]);
  });

  it.each([
    ['data/t.sh', '"name":"data"'],
    ['data', '"changed":{"count":1,"first":["t.sh"]}'],
  ])('sees that a file of an input may be executed: %s', async (input, told) => {
    const root = await project({ 'data/t.sh': 'echo said', 'data/u.sh': '' });
    const program = join(root, 'data/t.sh');
    const say = graph(
      node('a', { run: `test -x '${program}'; echo $? > $PIPE_OUTPUT/x`, inputs: { data: input } }),
    );
    const saidWith = async (mode: number): Promise<string> => {
      chmodSync(program, mode);
      const { targets } = await run(root, say);
      return readFileSync(join(targets[0]?.artifact?.folder as string, 'x'), 'utf8');
    };
    expect(await saidWith(0o644)).toBe('1\n');
    chmodSync(program, 0o755);
    const { nodes } = await planRun(say, { root, store: await openStore(root), cpus: 1 });
    expect(JSON.stringify(nodes)).toContain(told);
    expect(await saidWith(0o755)).toBe('0\n');
    expect(await saidWith(0o644)).toBe('1\n');
    // The rights of others are those of whoever made the checkout.
    chmodSync(program, 0o600);
    expect((await run(root, say)).started).toEqual([]);
  });

  it('sees a declared variable', async () => {
    const root = await project();
    const declared = graph(node('a', { environment: ['PIPE_TEST_REUSE'] }));
    await run(root, declared);
    process.env['PIPE_TEST_REUSE'] = 'other';
    expect((await run(root, declared)).started).toEqual(['a']);
    delete process.env['PIPE_TEST_REUSE'];
    expect((await run(root, declared)).started).toEqual([]);
  });
});

describe('the code of a stage', () => {
  const files = {
    'stages/a.ts': "import { one } from '../src/one.ts'; export default { async run() { one(); } };",
    'src/one.ts': "import { two } from './two.ts'; export const one = () => two();",
    'src/two.ts':
      "import { three } from './three.ts'; export const two = () => three(); export const idle = 1;",
    'src/three.ts': 'export const three = () => 3;',
  };
  const stage = graph(node('a', { use: 'stages/a.ts' }));

  it('is the same after a comment or a change to a helper it does not use', async () => {
    const root = await project(files);
    await run(root, stage);
    await write(root, { 'src/two.ts': `// remark\n${files['src/two.ts']}`.replace('idle = 1', 'idle = 2') });
    expect((await planAndRun(root, stage)).plan).toEqual({ a: 'hit' });
  });

  it('changes with a helper three imports down, which is named as the reason', async () => {
    const root = await project(files);
    await run(root, stage);
    await write(root, { 'src/three.ts': 'export const three = () => 4;' });
    const { plan, ran } = await planAndRun(root, stage);
    expect(plan).toEqual({ a: 'run' });
    expect(eventsOf(ran, 'node-started')[0]?.reason).toMatchObject({
      kind: 'changed',
      changes: [{ part: 'code', name: 'src/three.ts' }],
    });
  });
});

describe('code that changes while it is loaded', () => {
  it('is loaded again under the key it then has', async () => {
    const root = await project({
      'stages/a.ts':
        "import { existsSync, writeFileSync } from 'node:fs'; import { text } from '../src/text.ts'; writeFileSync('loading', ''); while (!existsSync('changed')); export default { async run({ output }: any) { writeFileSync(output + '/text', text); } };",
      'src/text.ts': "export const text = 'old';",
    });
    const nodes = graph(node('a', { use: 'stages/a.ts' }));
    const running = run(root, nodes);
    while (!existsSync(join(root, 'loading'))) await delay(10);
    await write(root, { 'src/text.ts': "export const text = 'new';", changed: '' });
    const { status, started, targets } = await running;
    expect([status, started]).toEqual(['ok', ['a', 'a']]);
    expect(readFileSync(join(targets[0]?.artifact?.folder as string, 'text'), 'utf8')).toBe('new');
    expect((await run(root, nodes)).counts.hit).toBe(1);
  });
});

describe('nodes with the same work', () => {
  it('run once in a run, whatever they are called by', async () => {
    const root = await project();
    const sources = [1, 2].map((i) =>
      node(`source${i}`, { run: 'echo same > $PIPE_OUTPUT/x', params: { i } }),
    );
    const users = sources.map((source) => node('user', { inputs: { source } }));
    const ran = await run(root, graph(...sources, ...users));
    expect(ran.started.toSorted()).toEqual(['source1', 'source2', 'user']);
    expect(ran.counts).toEqual({ hit: 1, ran: 3, failed: 0, skipped: 0 });
  });
});

describe('a plan', () => {
  it('makes no artifact and starts no record of a run', async () => {
    const root = await project({ 'data/a': '1\n' });
    await planRun(chain(), { root, store: await openStore(root), cpus: 2 });
    expect(await readdir(join(root, 'artifacts'))).toEqual(['.store']);
  });

  it('says that an artifact was removed', async () => {
    const root = await project();
    const one = graph(node('a', {}));
    await run(root, one);
    await rm(join(root, 'artifacts/a'), { recursive: true });
    const { nodes } = await planRun(one, { root, store: await openStore(root), cpus: 2 });
    // With the artifact its manifest is gone too: nothing is left to compare with.
    expect(nodes[0]?.decision).toMatchObject({ kind: 'run', reason: { kind: 'never-run' } });
  });

  it('fails for an input that is not there', async () => {
    const root = await project();
    const planning = planRun(graph(node('a', { inputs: { x: 'gone' } })), {
      root,
      store: await openStore(root),
      cpus: 2,
    });
    await expect(planning).rejects.toMatchObject({
      failure: { code: 'INPUT_MISSING', place: join(root, 'gone') },
    });
  });
});

describe('a parameter that a probe settles', () => {
  it('lets its stage have alone what the probe says it takes, and the next wait', async () => {
    const root = await project({ 'probe.js': onCard('{ card: 1 }') });
    const both = graph(
      training('one'),
      training('two'),
      node('end', { inputs: { a: training('one'), b: training('two') } }),
    );
    expect((await run(root, both)).counts).toEqual({ hit: 0, ran: 3, failed: 0, skipped: 0 });
  });

  it('fails its stage where there is less than the probe says it takes', async () => {
    const root = await project({ 'probe.js': onCard('{ gpu: 1 }') });
    const ran = await run(root, graph(training('one')), { resources: { gpu: 0 } });
    expect(eventsOf(ran, 'node-failed')[0]?.failure).toMatchObject({
      code: 'RESOURCE_UNAVAILABLE',
      message: 'asks for 1 of `gpu` where there is 0',
    });
  });

  it('runs its stage again on a machine where it stands for something else, which is the reason told', async () => {
    const root = await project({ 'probe.js': probe('cpu'), 'other.js': probe('cuda') });
    await run(root, trained('auto'));
    const ran = await run(root, trained('auto', 'other.js'));
    expect(readParams(ran)).toEqual({ backend: 'cuda' });
    expect(eventsOf(ran, 'node-started')[0]?.reason).toEqual({
      kind: 'changed',
      changes: [{ part: 'params', name: 'backend', before: 'cpu', after: 'cuda' }],
    });
  });

  it.each([
    ['is not there', undefined],
    ['is no probe', 'export default 1;\n'],
    ['throws', "export default { settle() { throw new Error('no'); } };\n"],
  ])('fails its stage before anything runs where the probe %s', async (_, text) => {
    const root = await project(text === undefined ? {} : { 'probe.js': text });
    const { counts, started, ...ran } = await run(root, trained('auto'));
    expect({ counts, started }).toEqual({
      counts: { hit: 0, ran: 0, failed: 1, skipped: 0 },
      started: [],
    });
    expect(eventsOf(ran, 'node-failed')[0]?.failure.code).toBe('PROBE_UNUSABLE');
  });
});
