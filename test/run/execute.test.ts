import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Artifact } from '../../src/store/store.ts';
import type { Graph } from '../../src/graph/node.ts';
import { eventsOf, graph, isRunning, node, project, run, write, type Ran } from './project.ts';

const artifactOf = ({ targets }: Ran): Artifact => targets[0]?.artifact as Artifact;
const read = (ran: Ran, path: string): string => readFileSync(join(artifactOf(ran).folder, path), 'utf8');

describe('a command stage', () => {
  it('gets its parameters, inputs, cores and folders as variables, and a clean environment', async () => {
    const root = await project({ 'data/a.txt': 'bytes' });
    process.env['PIPE_TEST_DECLARED'] = 'seen';
    process.env['PIPE_TEST_SECRET'] = 'hidden';
    const ran = await run(
      root,
      graph(
        node('show', {
          run: 'cat $PIPE_PARAMS $PIPE_INPUT_SOME_DATA/a.txt > $PIPE_OUTPUT/out; echo "-$PIPE_CPUS-$PIPE_TEST_DECLARED-$PIPE_TEST_SECRET-" >> $PIPE_OUTPUT/out; test -d $PIPE_CHECKPOINT',
          params: { seed: 7 },
          inputs: { someData: 'data' },
          environment: ['PIPE_TEST_DECLARED'],
          resources: { cpu: 'all' },
        }),
      ),
    );
    expect(ran.failures).toEqual([]);
    expect(read(ran, 'out')).toBe('{"seed":7}bytes-2-seen--\n');
    expect(await readdir(join(artifactOf(ran).folder, '..'))).toEqual(['files', 'log.txt', 'manifest.json']);
  });

  it('keeps what it prints as its log, line by line', async () => {
    const ran = await run(
      await project(),
      graph(node('talk', { run: 'echo one; echo two >&2; printf three' })),
    );
    expect(readFileSync(artifactOf(ran).log, 'utf8').split('\n').toSorted()).toEqual([
      '',
      'one',
      'three',
      'two',
    ]);
    expect(
      eventsOf(ran, 'node-log')
        .map(({ stream, line }) => `${stream} ${line}`)
        .toSorted(),
    ).toEqual(['stderr two', 'stdout one', 'stdout three']);
  });

  it('records the metrics it writes', async () => {
    const metric = { name: 'auc', value: 0.9, direction: 'higher', unit: '1', count: 10 };
    const script = `echo '${JSON.stringify([metric])}' > $PIPE_OUTPUT/metrics.json`;
    const ran = await run(await project(), graph(node('measure', { run: script })));
    expect(artifactOf(ran).manifest.metrics).toEqual([metric]);
    expect(eventsOf(ran, 'node-finished')[0]?.metrics).toEqual([metric]);
  });

  it('fails with its exit code, keeps its log and nothing it wrote', async () => {
    const root = await project();
    const ran = await run(
      root,
      graph(node('break', { run: 'echo half > $PIPE_OUTPUT/half; echo why; exit 3' })),
    );
    expect(ran.status).toBe('failed');
    expect(ran.failures).toMatchObject([
      { node: 'break', reason: 'exit-code', failure: { message: 'the command ended with exit code 3' } },
    ]);
    expect(await readFile(ran.failures[0]?.log as string, 'utf8')).toBe('why\n');
    expect(await readdir(join(root, 'artifacts/.store/work'))).toEqual([]);
    expect(existsSync(join(root, 'artifacts/break'))).toBe(false);
  });

  it('that is killed says by which signal', async () => {
    const ran = await run(await project(), graph(node('die', { run: 'kill -9 $$' })));
    expect(ran.failures).toMatchObject([
      { reason: 'killed', failure: { message: expect.stringContaining('SIGKILL') as string } },
    ]);
  });

  it('leaves no program running behind it', async () => {
    const root = await project();
    const ran = await run(root, graph(node('daemon', { run: 'sleep 1000 & echo $! > $PIPE_OUTPUT/pid' })));
    expect(isRunning(Number(read(ran, 'pid')))).toBe(false);
  });
});

const stageWith = (body: string): Record<string, string> => ({
  'stages/it.ts': `import { writeFileSync } from 'node:fs';\nexport default { display: 'out.md', async run(context: any): Promise<void> { ${body} } };`,
});

describe('the page of a stage', () => {
  it('that was not written fails it, before anybody asks for the page', async () => {
    const root = await project({
      'stages/silent.js': "export default { display: 'page.md', async run() {} };\n",
    });
    const ran = await run(root, graph(node('silent', { use: 'stages/silent.js' })));
    expect(ran.failures).toMatchObject([
      { node: 'silent', reason: 'part-missing', failure: { code: 'DISPLAY_MISSING' } },
    ]);
    expect(existsSync(join(root, 'artifacts/silent'))).toBe(false);
  });
});

describe('a module stage', () => {
  const stageNode = node('it', { use: 'stages/it.ts', params: { seed: 7 } });

  it('gets a context and gives files, metrics, marks, log and progress', async () => {
    const root = await project(
      stageWith(`
        writeFileSync(context.output + '/out.md', JSON.stringify([context.params, context.cpus, context.marks]));
        context.metric({ name: 'auc', value: 0.5, direction: 'higher', unit: '1' });
        context.mark('simulated');
        context.log('a line');
        context.progress({ done: 1, total: 1, unit: 'steps' });`),
    );
    const ran = await run(root, graph(stageNode));
    expect(ran.failures).toEqual([]);
    expect(read(ran, 'out.md')).toBe('[{"seed":7},1,[]]');
    expect(artifactOf(ran).manifest).toMatchObject({
      marks: ['simulated'],
      display: 'out.md',
      metrics: [{ name: 'auc' }],
    });
    expect(readFileSync(artifactOf(ran).log, 'utf8')).toBe('a line\n');
    expect(eventsOf(ran, 'node-progress').map(({ progress }) => progress)).toEqual([
      { done: 1, total: 1, unit: 'steps' },
    ]);
  });

  it.each<[string, string, object]>([
    [
      'an error',
      "throw new TypeError('first\\nsecond')",
      { reason: 'stage-error', failure: { code: 'STAGE_ERROR', message: 'TypeError: first' } },
    ],
    [
      'a failure',
      "throw Object.assign(new Error('x'), { failure: { code: 'IMAGE_TRUNCATED', message: 'm', place: 'p', remedy: 'r' } })",
      { reason: 'stage-error', failure: { code: 'IMAGE_TRUNCATED', message: 'm', place: 'p', remedy: 'r' } },
    ],
    [
      'an error nobody waits for',
      "void Promise.reject(new Error('lost')); await new Promise(() => setInterval(() => 0, 1000))",
      { reason: 'stage-error', failure: { message: 'Error: lost' } },
    ],
    [
      'a metric that is no number',
      "context.metric({ name: 'auc', value: '0.5', direction: 'higher', unit: '1' })",
      {
        reason: 'metric-invalid',
        failure: { message: 'the metric `auc` is "0.5" where a number is expected' },
      },
    ],
    [
      'a metric without any value',
      "context.metric({ name: 'auc', direction: 'higher', unit: '1' })",
      {
        reason: 'metric-invalid',
        failure: { message: 'the metric `auc` has no value' },
      },
    ],
    [
      'two metrics of one name',
      "for (const value of [1, 2]) context.metric({ name: 'auc', value, direction: 'higher', unit: '1' })",
      {
        reason: 'metric-invalid',
        failure: { code: 'METRIC_INVALID', message: 'the metric `auc` is there twice' },
      },
    ],
    ['its own exit', 'process.exit(0)', { reason: 'killed' }],
    [
      'an input nobody declared',
      "context.inputs.one('photos')",
      { reason: 'stage-error', failure: { message: 'Error: no input is named `photos`; there are: none' } },
    ],
  ])('fails by %s', async (_, body, failure) => {
    const ran = await run(await project(stageWith(body)), graph(stageNode));
    expect(ran.failures).toMatchObject([failure]);
    expect(ran.targets[0]?.artifact).toBeNull();
  });

  it('has the stack of its error in the log', async () => {
    const ran = await run(await project(stageWith("throw new TypeError('first')")), graph(stageNode));
    expect(readFileSync(ran.failures[0]?.log as string, 'utf8')).toMatch(
      /TypeError: first\n\s+at .*stages\/it\.ts/,
    );
  });

  it.each([
    ['is missing', {}],
    ['is no stage', { 'stages/it.ts': 'export default 1;' }],
    ['fails to load', { 'stages/it.ts': "throw new Error('at once');" }],
  ])('that %s fails', async (_, files) => {
    const ran = await run(await project(files), graph(stageNode));
    expect(ran.failures).toMatchObject([{ reason: 'module-unusable' }]);
  });

  it('ends though it leaves a timer running', async () => {
    const ran = await run(
      await project(stageWith('writeFileSync(context.output + "/out.md", ""); setInterval(() => 0, 1000)')),
      graph(stageNode),
    );
    expect(ran.status).toBe('ok');
  });
});

describe('marks', () => {
  it('pass to all that is made from what has them, and set its bytes apart', async () => {
    const root = await project({
      'stages/mark.ts':
        "import { writeFileSync } from 'node:fs'; export default { async run(context: any) { for (const name of context.params.marks) context.mark(name); writeFileSync(context.output + '/x', ''); } };",
    });
    const chain = (marks: string[]): Promise<Ran> => {
      const marked = node('mark', { use: 'stages/mark.ts', params: { marks } });
      return run(root, graph(marked, node('next', { run: 'true', inputs: { x: [marked, 'x'] } })));
    };
    const both = await chain(['b', 'a']);
    expect(artifactOf(both).manifest.marks).toEqual(['a', 'b']);
    expect((await chain([])).started).toEqual(['mark', 'next']);
  });
});

const notingFailure = (root: string) => ({
  onEvent: ({ kind }: { readonly kind: string }) => {
    if (kind === 'node-failed') void write(root, { failed: '' });
  },
});

describe('a failure', () => {
  const fails = node('fails', { run: 'while [ ! -e going ]; do sleep 0.01; done; exit 1' });
  const works = node('works', {
    run: 'touch going; while [ ! -e failed ]; do sleep 0.01; done; echo 1 > $PIPE_OUTPUT/x',
  });
  const both = node('both', { inputs: { a: fails, b: works } });
  const after = node('after', { inputs: { works } });

  it('lets what runs beside it end, skips what depends on it and starts nothing else', async () => {
    const root = await project();
    const ran = await run(root, graph(fails, works, after, both), notingFailure(root));
    expect(ran.counts).toEqual({ hit: 0, ran: 1, failed: 1, skipped: 2 });
    expect(eventsOf(ran, 'node-skipped').map(({ node, reason, because }) => [node, reason, because])).toEqual(
      [
        ['after', 'stopped-after-failure', 'fails'],
        ['both', 'input-failed', 'fails'],
      ],
    );
    expect((await run(root, graph(works, after))).started).toEqual(['after']);
  });

  it('with keepGoing stops nothing that does not depend on it', async () => {
    const root = await project();
    const ran = await run(root, graph(fails, works, after, both), {
      ...notingFailure(root),
      keepGoing: true,
    });
    expect(ran.counts).toEqual({ hit: 0, ran: 2, failed: 1, skipped: 1 });
  });

  it('for want of an input comes before anything runs', async () => {
    const first = node('first', { run: 'true' });
    const last = node('last', { inputs: { first, gone: './gone' } });
    const ran = await run(await project(), graph(first, last));
    expect(ran.started).toEqual([]);
    expect(ran.failures).toMatchObject([
      { node: 'last', reason: 'input-unusable', failure: { code: 'INPUT_MISSING' } },
    ]);
  });

  it('to write a part that is needed names the stage, the path and the nearest one', async () => {
    const features = node('features', { run: 'mkdir $PIPE_OUTPUT/train; touch $PIPE_OUTPUT/train/x' });
    const gmm = node('gmm', { inputs: { train: [features, 'trian'] } });
    const ran = await run(await project(), graph(features, gmm));
    expect(ran.failures).toMatchObject([
      {
        node: 'gmm',
        reason: 'part-missing',
        failure: {
          code: 'PART_MISSING',
          place: 'features/trian',
          message:
            '`features` did not write `trian`, which `gmm` takes as `train`; it wrote train; did you mean `train`?',
        },
      },
    ]);
  });

  it('to write the store says what is in the way', async () => {
    const root = await project({ artifacts: 'a file where the store should be' });
    const ran = await run(root, graph(node('a', {})));
    expect(ran.failures).toMatchObject([{ reason: 'store-unwritable', failure: { code: 'STORE_BLOCKED' } }]);
  });

  it('to keep a link names it', async () => {
    const ran = await run(
      await project(),
      graph(node('a', { run: 'ln -s /etc/hostname $PIPE_OUTPUT/link' })),
    );
    expect(ran.failures).toMatchObject([{ reason: 'output-unusable', failure: { code: 'OUTPUT_LINK' } }]);
  });
});

/** Each notes how many of them are there at the moment. */
const many = (resources: Record<string, number | 'all'>): Graph =>
  graph(
    ...[1, 2, 3, 4].map((i) =>
      node(`n${i}`, {
        run: `mkdir -p at; touch at/${i}; sleep 0.1; ls at | wc -l >> seen; rm at/${i}`,
        params: { i },
        resources,
      }),
    ),
  );

describe('resources', () => {
  it.each<[string, Record<string, number | 'all'>, object, number]>([
    ['nodes that take all cores to as many as there are cores', { cpu: 'all' }, { cpus: 2, jobs: 4 }, 2],
    ['nodes by their cores', { cpu: 2 }, { cpus: 4, jobs: 4 }, 2],
    ['nodes that ask for more cores than there are', { cpu: 64 }, { cpus: 4, jobs: 4 }, 1],
    ['nodes by a named thing there is one of', { gpu: 1 }, { cpus: 4, jobs: 4 }, 1],
    ['nodes by a named thing there are two of', { gpu: 1 }, { cpus: 4, jobs: 4, resources: { gpu: 2 } }, 2],
    ['nodes by the number of jobs', {}, { cpus: 4, jobs: 3 }, 3],
  ])('keep apart %s', async (_, resources, options, most) => {
    const root = await project();
    const ran = await run(root, many(resources), options);
    expect(ran.counts.ran).toBe(4);
    const seen = (await readFile(join(root, 'seen'), 'utf8')).trim().split('\n').map(Number);
    expect(Math.max(...seen)).toBeLessThanOrEqual(most);
  });

  it('that do not exist fail the node that asks for them', async () => {
    const ran = await run(await project(), graph(node('a', { resources: { gpu: 2 } })));
    expect(ran.failures).toMatchObject([
      { reason: 'resource-unavailable', failure: { message: 'asks for 2 of `gpu` where there is 1' } },
    ]);
  });
});

describe('the journal', () => {
  it('has the events of a run, and the last fifty runs are kept', async () => {
    const root = await project();
    const old = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`artifacts/runs/2020-01-${i + 10}.jsonl`, '']),
    );
    await write(root, old);
    const ran = await run(root, graph(node('a', { run: 'echo hello' })));
    const lines = (await readFile(join(root, `artifacts/runs/${ran.run}.jsonl`), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      'run-started',
      'node-started',
      'node-finished',
      'run-finished',
    ]);
    expect(await readdir(join(root, 'artifacts/runs'))).toHaveLength(50);
  });
});
