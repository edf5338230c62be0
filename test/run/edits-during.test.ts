/** Edits while a stage runs. Each stage tells that it begins, and that it has read; meanwhile it waits for a file that the edit makes. */
import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Graph, Node } from '../../src/graph/node.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { openStore } from '../../src/store/store.ts';
import { eventsOf, graph, node, project, run, type NodeSketch, type Ran } from './project.ts';

const wait = (name: string): string => `while test ! -e ${name}; do sleep 0.01; done`;
/** A command that reads between the two moments. */
const reading = (read: string): string =>
  `echo begins; ${wait('may-read')}; ${read} > $PIPE_OUTPUT/out; echo has read; ${wait('may-end')}`;

/** The same as a module; `read` is an expression. */
const readingModule = (read: string, imports = ''): string => `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
${imports}
export default {
  async run({ output, log }: any) {
    log('begins');
    while (!existsSync('may-read')) await delay(10);
    writeFileSync(output + '/out', String(${read}));
    log('has read');
    while (!existsSync('may-end')) await delay(10);
  },
};`;

interface Edits {
  /** When the stage has begun and not read yet. */
  readonly before?: (root: string) => void;
  /** When it has read. */
  readonly after?: (root: string) => void;
  /** In each attempt, and not in the first alone. */
  readonly eachTime?: boolean;
}

async function runWith(root: string, nodes: Graph, { before, after, eachTime = false }: Edits): Promise<Ran> {
  const gates = { begins: { edit: before, gate: 'may-read' }, 'has read': { edit: after, gate: 'may-end' } };
  for (const { gate } of Object.values(gates)) rmSync(join(root, gate), { force: true });
  const onEvent = (event: RunEvent): void => {
    const said = event.kind === 'node-log' ? gates[event.line as keyof typeof gates] : undefined;
    if (said === undefined) return;
    if (eachTime || !existsSync(join(root, said.gate))) said.edit?.(root);
    writeFileSync(join(root, said.gate), '');
  };
  return run(root, nodes, { onEvent });
}

const outOf = ({ targets }: Ran): string =>
  readFileSync(join(targets[0]?.artifact?.folder ?? '', 'out'), 'utf8').trim();

const retriesOf = (ran: Ran): readonly string[] =>
  eventsOf(ran, 'node-retried').map(({ failure: { code, message } }) => `${code} ${message}`);

const write = (path: string, text: string) => (root: string) => writeFileSync(join(root, path), text);
const rename = (from: string, to: string) => (root: string) => renameSync(join(root, from), join(root, to));
const link = (target: string, path: string) => (root: string) => {
  rmSync(join(root, path), { force: true });
  symlinkSync(target, join(root, path));
};
const all =
  (...edits: readonly ((root: string) => void)[]) =>
  (root: string) =>
    edits.forEach((edit) => edit(root));

const copy = (input: string, read = 'cat $PIPE_INPUT_DATA'): Node =>
  node('s', { run: reading(read), inputs: { data: input } });
const script = (files: readonly string[], read: string): Node => node('s', { run: reading(read), files });
const module = (): Node => node('s', { use: 'stages/s.ts' });

interface Case {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly prepare?: (root: string) => void;
  readonly stage: Node | Graph;
  readonly edit: (root: string) => void;
  readonly takeBack: (root: string) => void;
  /** What is named. */
  readonly changed: string;
  /** What it gives where the edit is not taken back, other than B. */
  readonly byThen?: string;
}

const list = node('list', { run: `echo '["sub/a"]' > $PIPE_OUTPUT/list.json` });

const listed = node('s', {
  run: reading('cat $PIPE_INPUT_DATA/sub/a'),
  inputs: { data: 'data' },
  named: { data: [list, 'list.json'] },
});

const cases: readonly Case[] = [
  {
    what: 'a file',
    files: { data: 'A' },
    stage: copy('data'),
    edit: write('data', 'B'),
    takeBack: write('data', 'A'),
    changed: 'data',
  },
  {
    what: 'a file whose time is set back',
    files: { data: 'A' },
    prepare: (root) => utimesSync(join(root, 'data'), 1e9, 1e9),
    stage: copy('data'),
    edit: write('data', 'B'),
    takeBack: all(write('data', 'A'), (root) => utimesSync(join(root, 'data'), 1e9, 1e9)),
    changed: 'data',
  },
  {
    what: 'a file that another takes the place of, and that is moved back',
    files: { data: 'A', other: 'B' },
    stage: copy('data'),
    edit: all(rename('data', 'kept'), rename('other', 'data')),
    takeBack: rename('kept', 'data'),
    changed: 'data',
  },
  {
    what: 'a file of a folder',
    files: { 'data/x/a': 'A' },
    stage: copy('data', 'cat $PIPE_INPUT_DATA/x/*'),
    edit: write('data/x/a', 'B'),
    takeBack: write('data/x/a', 'A'),
    changed: 'data/x/a',
  },
  {
    what: 'a file that comes into a folder and goes',
    files: { 'data/x/a': 'A' },
    stage: copy('data', 'cat $PIPE_INPUT_DATA/x/*'),
    edit: write('data/x/b', 'B'),
    takeBack: (root) => unlinkSync(join(root, 'data/x/b')),
    changed: 'data/x',
    byThen: 'AB',
  },
  {
    what: 'a link that is the input',
    files: { 'one/a': 'A', 'two/a': 'B' },
    prepare: link('one', 'data'),
    stage: copy('data', 'cat $PIPE_INPUT_DATA/a'),
    edit: link('two', 'data'),
    takeBack: link('one', 'data'),
    changed: 'data',
  },
  {
    what: 'a link between a link in a folder and its file',
    files: { 'one/a': 'A', 'two/a': 'B', 'data/x': '' },
    prepare: all(link('one', 'current'), link('../current/a', 'data/a')),
    stage: copy('data', 'cat $PIPE_INPUT_DATA/a'),
    edit: link('two', 'current'),
    takeBack: link('one', 'current'),
    changed: 'current',
  },
  {
    what: 'a folder on the way to a file',
    files: { 'deep/one/a': 'A', 'deep/two/a': 'B' },
    stage: copy('deep/one/a'),
    edit: all(rename('deep/one', 'deep/kept'), rename('deep/two', 'deep/one')),
    takeBack: all(rename('deep/one', 'deep/two'), rename('deep/kept', 'deep/one')),
    changed: 'deep/one',
  },
  {
    what: 'a folder on the way that gets another name in it when it is back',
    files: { 'deep/one/a': 'A', 'deep/two/a': 'B' },
    stage: copy('deep/one/a'),
    edit: all(rename('deep/one', 'deep/kept'), rename('deep/two', 'deep/one')),
    takeBack: all(
      rename('deep/one', 'deep/two'),
      rename('deep/kept', 'deep/one'),
      write('deep/one/beside', ''),
      (root) => unlinkSync(join(root, 'deep/one/beside')),
    ),
    changed: 'deep/one',
  },
  {
    what: 'a folder of the project itself that gets another name in it when it is back',
    files: { 'one/deep/a': 'A', 'two/deep/a': 'B' },
    stage: copy('one/deep/a'),
    edit: all(rename('one', 'kept'), rename('two', 'one')),
    takeBack: all(rename('one', 'two'), rename('kept', 'one'), write('one/beside', '')),
    changed: 'one',
  },
  {
    what: 'a file that a list names',
    files: { 'data/sub/a': 'A' },
    stage: graph(list, listed),
    edit: write('data/sub/a', 'B'),
    takeBack: write('data/sub/a', 'A'),
    changed: 'data/sub/a',
  },
  {
    what: 'a link on the way to a file that a list names',
    files: { 'one/a': 'A', 'two/a': 'B', 'data/x': '' },
    prepare: link('../one', 'data/sub'),
    stage: graph(list, listed),
    edit: link('../two', 'data/sub'),
    takeBack: link('../one', 'data/sub'),
    changed: 'data/sub',
  },
  {
    what: 'a script of a command',
    files: { 'say.sh': 'echo A' },
    stage: script(['say.sh'], 'sh say.sh'),
    edit: write('say.sh', 'echo B'),
    takeBack: write('say.sh', 'echo A'),
    changed: 'say.sh',
  },
  {
    what: 'a script in a folder of them',
    files: { 'lib/say.sh': 'echo A' },
    stage: script(['lib'], 'sh lib/say.sh'),
    edit: write('lib/say.sh', 'echo B'),
    takeBack: write('lib/say.sh', 'echo A'),
    changed: 'lib/say.sh',
  },
  {
    what: 'a file that a module names by its address',
    files: {
      'stages/s.ts': readingModule("readFileSync(new URL('./data.txt', import.meta.url))"),
      'stages/data.txt': 'A',
    },
    stage: module(),
    edit: write('stages/data.txt', 'B'),
    takeBack: write('stages/data.txt', 'A'),
    changed: 'stages/data.txt',
  },
  {
    what: 'a module that is loaded late',
    files: {
      'stages/s.ts': readingModule("(await import('./late.ts')).value"),
      'stages/late.ts': "export const value = 'A';",
    },
    stage: module(),
    edit: write('stages/late.ts', "export const value = 'B';"),
    takeBack: write('stages/late.ts', "export const value = 'A';"),
    changed: 'stages/late.ts',
  },
  {
    what: 'a JSON file that is loaded late',
    files: {
      'stages/s.ts': readingModule("(await import('./late.json', { with: { type: 'json' } })).default"),
      'stages/late.json': '"A"',
    },
    stage: module(),
    edit: write('stages/late.json', '"B"'),
    takeBack: write('stages/late.json', '"A"'),
    changed: 'stages/late.json',
  },
  {
    what: 'the folder of a module that is loaded late',
    files: {
      'stages/s.ts': readingModule("(await import('../lib/late.ts')).value"),
      'lib/late.ts': "export const value = 'A';",
      'other/late.ts': "export const value = 'B';",
    },
    stage: module(),
    edit: all(rename('lib', 'kept'), rename('other', 'lib')),
    takeBack: all(rename('lib', 'other'), rename('kept', 'lib')),
    changed: 'lib',
  },
];

const graphOf = (stage: Node | Graph): Graph => ('nodes' in stage ? stage : graph(stage));

async function projectOf({ files, prepare }: Pick<Case, 'files' | 'prepare'>): Promise<string> {
  const root = await project(files);
  prepare?.(root);
  return root;
}

describe.each(cases)(
  '$what, edited while a stage runs',
  ({ files, prepare, stage, edit, takeBack, changed, byThen = 'B' }) => {
    it('and taken back has the stage run once more, and what it gives is of what its key says', async () => {
      const root = await projectOf({ files, ...(prepare && { prepare }) });
      const ran = await runWith(root, graphOf(stage), { before: edit, after: takeBack });
      expect(retriesOf(ran)).toEqual([`INPUT_CHANGED ${changed} changed while the stage ran`]);
      expect([ran.status, outOf(ran)]).toEqual(['ok', 'A']);
      expect((await run(root, graphOf(stage))).started).toEqual([]);
    });

    it('gives what it is by then', async () => {
      const root = await projectOf({ files, ...(prepare && { prepare }) });
      const ran = await runWith(root, graphOf(stage), { after: edit });
      expect(retriesOf(ran)).toHaveLength(1);
      expect([ran.status, outOf(ran)]).toEqual(['ok', byThen]);
      takeBack(root);
      const back = await run(root, graphOf(stage));
      expect([back.status, outOf(back)]).toEqual(['ok', 'A']);
    });
  },
);

describe('a stage', () => {
  it('whose input is edited in its second attempt too fails, and nothing of it is kept', async () => {
    const root = await project({ data: 'A' });
    const edits = { before: write('data', 'B'), after: write('data', 'A'), eachTime: true };
    const ran = await runWith(root, graph(copy('data')), edits);
    expect(retriesOf(ran)).toHaveLength(1);
    expect(ran.failures).toMatchObject([
      { reason: 'input-unusable', failure: { code: 'INPUT_CHANGED', place: 's' } },
    ]);
    expect(await (await openStore(root)).lastOfStage('s')).toBeUndefined();
    expect(outOf(await run(root, graph(copy('data'))))).toBe('A');
  });

  it('that fails because its input is gone for a while runs once more', async () => {
    const root = await project({ data: 'A' });
    const ran = await runWith(
      root,
      graph(copy('data', '{ cat $PIPE_INPUT_DATA || { mv kept data; exit 1; }; }')),
      {
        before: rename('data', 'kept'),
      },
    );
    expect([ran.status, outOf(ran), retriesOf(ran).length]).toEqual(['ok', 'A', 1]);
  });

  it.each<[string, string, Partial<NodeSketch>]>([
    ['is run once more', 'true', {}],
    ['fails', 'test -e again || { touch again; exit 1; }', {}],
    [
      'takes too long',
      'test -e again || { touch again; exec sleep 60; }',
      { limits: { timeout: 1, retries: 0 } },
    ],
  ])('that %s after an edit goes on with nothing that it kept from before', async (_, end, sketch) => {
    const root = await project({ data: 'A' });
    const keep = 'test -e $PIPE_CHECKPOINT/kept || cat $PIPE_INPUT_DATA > $PIPE_CHECKPOINT/kept';
    const stage = node('s', {
      ...sketch,
      run: `${reading(`{ ${keep}; cat $PIPE_CHECKPOINT/kept; }`)}; ${end}`,
      inputs: { data: 'data' },
    });
    await runWith(root, graph(stage), { before: write('data', 'B'), after: write('data', 'A') });
    expect(outOf(await run(root, graph(stage)))).toBe('A');
  });

  it('that fails by itself fails as ever', async () => {
    const root = await project({ data: 'A' });
    const ran = await run(root, graph(node('s', { run: 'exit 3', inputs: { data: 'data' } })));
    expect([ran.failures[0]?.failure.code, ran.started]).toEqual(['COMMAND_FAILED', ['s']]);
  });

  it.each<[string, (file: string) => void]>([
    ['touched', (file) => utimesSync(file, 1, 1)],
    ['given another mode', (file) => chmodSync(file, 0o600)],
    ['given another name', (file) => linkSync(file, `${file}2`)],
  ])('whose input is %s meanwhile runs once more', async (_, touch) => {
    const root = await project({ data: 'A' });
    const ran = await runWith(root, graph(copy('data')), { before: (root) => touch(join(root, 'data')) });
    expect([ran.status, outOf(ran), retriesOf(ran).length]).toEqual(['ok', 'A', 1]);
  });

  it('is not disturbed by what is read, and by what comes beside its inputs and into the store', async () => {
    const root = await project({ 'deep/data': 'A', 'stages/t.ts': 'export default { run() {} };' });
    const other = node('t', { use: 'stages/t.ts', inputs: { data: 'deep/data' } });
    const ran = await runWith(root, graph(other, copy('deep/data')), {
      before: all(write('deep/beside', ''), write('beside', ''), (root) => {
        const { mtime } = statSync(join(root, 'deep/data'));
        // As reading does: the time of access alone.
        readFileSync(join(root, 'deep/data'));
        expect(statSync(join(root, 'deep/data')).mtime).toEqual(mtime);
      }),
    });
    expect([ran.status, retriesOf(ran), ran.counts.ran]).toEqual(['ok', [], 2]);
  });

  it('whose input was touched within a tick of the clock waits until another change would show', async () => {
    const root = await project({ data: 'A' });
    const nodes = graph(copy('data'));
    writeFileSync(join(root, 'data'), 'A');
    const ran = await runWith(root, nodes, { before: write('data', 'B'), after: write('data', 'A') });
    expect([retriesOf(ran).length, outOf(ran)]).toEqual([1, 'A']);
  });

  it('whose input is of the future, by its time, runs', async () => {
    const root = await project({ data: 'A' });
    utimesSync(join(root, 'data'), 4e9, 4e9);
    const ran = await runWith(root, graph(copy('data')), {});
    expect([ran.status, retriesOf(ran), outOf(ran)]).toEqual(['ok', [], 'A']);
  });

  it('whose input is edited while it waits for its turn gives what the input is by then', async () => {
    const root = await project({ data: 'A' });
    const license: Pick<NodeSketch, 'resources'> = { resources: { license: 1 } };
    const first = node('first', { ...license, run: `echo begins; ${wait('may-read')}` });
    const second = node('second', {
      ...license,
      run: 'cat $PIPE_INPUT_DATA > $PIPE_OUTPUT/out',
      inputs: { data: 'data' },
    });
    const ran = await runWith(root, graph(first, second), { before: write('data', 'B') });
    expect([ran.status, outOf(ran)]).toEqual(['ok', 'B']);
    write('data', 'A')(root);
    expect(outOf(await run(root, graph(first, second)))).toBe('A');
  });
});

/** Writes other bytes in place. */
const spoil = (text: string) => (root: string) => {
  const [key = ''] = readdirSync(join(root, 'artifacts/first'));
  const file = join(root, 'artifacts/first', key, 'files/x');
  chmodSync(file, 0o644);
  writeFileSync(file, text);
  chmodSync(file, 0o444);
};

describe('an artifact', () => {
  const first = node('first', { run: 'echo A > $PIPE_OUTPUT/x; echo other > $PIPE_OUTPUT/y' });
  const nodes = graph(
    first,
    node('s', { run: reading('cat $PIPE_INPUT_DATA'), inputs: { data: [first, 'x'] } }),
  );
  it.each([
    ['made in the same run', false],
    ['of an earlier run', true],
  ])(
    '%s that is damaged while a stage reads it is made again, and so is what was read from it',
    async (_, earlier) => {
      const root = await project();
      if (earlier) await run(root, graph(first));
      const ran = await runWith(root, nodes, { before: spoil('B\n') });
      expect(retriesOf(ran)).toEqual(['INPUT_CHANGED first/x changed while the stage ran']);
      expect([ran.status, outOf(ran)]).toEqual(['ok', 'A']);
      expect((await run(root, nodes)).started).toEqual([]);
    },
  );

  it('that is damaged and mended while a stage reads it has that stage run once more', async () => {
    const root = await project();
    const ran = await runWith(root, nodes, { before: spoil('B\n'), after: spoil('A\n') });
    expect([ran.status, outOf(ran), retriesOf(ran).length]).toEqual(['ok', 'A', 1]);
    expect(ran.started).toEqual(['first', 's', 's']);
  });
});
