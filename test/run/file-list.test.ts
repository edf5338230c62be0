import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Node } from '../../src/graph/node.ts';
import { openStore } from '../../src/store/store.ts';
import { planRun } from '../../src/run/plan.ts';
import { graph, node, project, run, write } from './project.ts';

/** Lists the files of `data` by their first letter, and two nodes that read one letter's files each. */
function letters(from: string | Node = 'data'): { readonly list: Node; readonly a: Node; readonly b: Node } {
  const list = node('list', {
    run: `cd $PIPE_INPUT_DATA && for l in a b; do ls | grep "^$l" | sed 's/.*/"&"/' | paste -sd, | sed 's/.*/[&]/' > $PIPE_OUTPUT/$l.json; done`,
    inputs: { data: from },
  });
  const reader = (letter: string): Node =>
    node(`read-${letter}`, {
      run: `cat $PIPE_INPUT_DATA/${letter}* > $PIPE_OUTPUT/all`,
      inputs: { data: from },
      named: { data: [list, `${letter}.json`] },
    });
  return { list, a: reader('a'), b: reader('b') };
}

const both = ({ list, a, b }: ReturnType<typeof letters>) =>
  graph(
    list,
    a,
    b,
    node('join', { run: 'cat $PIPE_INPUT_A/all $PIPE_INPUT_B/all > $PIPE_OUTPUT/all', inputs: { a, b } }),
  );

const files = { 'data/a1': 'a one\n', 'data/a2': 'a two\n', 'data/b1': 'b one\n' };

describe('an input that is what a list names of a folder', () => {
  it('changes when one of those files does, and not with others', async () => {
    const root = await project(files);
    expect((await run(root, both(letters()))).started).toHaveLength(4);
    await write(root, { 'data/a2': 'a two, other\n' });
    expect((await run(root, both(letters()))).started).toEqual(['list', 'read-a', 'join']);
  });

  it('changes when the list names one more', async () => {
    const root = await project(files);
    await run(root, both(letters()));
    await write(root, { 'data/b2': 'b two\n' });
    const ran = await run(root, both(letters()));
    expect(ran.started).toEqual(['list', 'read-b', 'join']);
    const all = join(ran.targets[0]?.artifact?.folder as string, 'all');
    expect(readFileSync(all, 'utf8')).toBe('a one\na two\nb one\nb two\n');
  });

  it('is as before when a file beside them changes', async () => {
    const root = await project(files);
    await run(root, both(letters()));
    await write(root, { 'data/c': 'new' });
    expect((await run(root, both(letters()))).started).toEqual(['list']);
  });

  it('can be a part of an artifact', async () => {
    const root = await project();
    const ranWith = async (text: string): Promise<readonly string[]> => {
      const make = node('make', { run: `cd $PIPE_OUTPUT; echo ${text} > a1; echo b > b1` });
      const { list, a, b } = letters(make);
      return (await run(root, graph(make, list, a, b))).started.toSorted();
    };
    expect(await ranWith('one')).toEqual(['list', 'make', 'read-a', 'read-b']);
    expect(await ranWith('two')).toEqual(['list', 'make', 'read-a']);
  });

  it('is planned as unless the list comes out as before', async () => {
    const root = await project(files);
    const nodes = both(letters());
    await run(root, nodes);
    await write(root, { 'data/a3': 'a three\n' });
    const { nodes: planned } = await planRun(nodes, { root, store: await openStore(root), cpus: 2 });
    expect(planned.map(({ decision }) => decision.kind)).toEqual([
      'run',
      'run-unless-inputs-come-out-equal',
      'run-unless-inputs-come-out-equal',
      'run-unless-inputs-come-out-equal',
    ]);
  });

  it('is looked at without the rest of the folder', async () => {
    const root = await project(files);
    const { list, a } = letters();
    await run(root, graph(list, a));
    const store = await openStore(root);
    const digest = (paths: readonly string[]) =>
      store.digestInput(join(root, 'data'), {
        list: { name: 'list', digest: list.recipe, files: paths, marks: [] },
      });
    const before = await digest(['a1']);
    await symlink('nowhere', join(root, 'data/broken'));
    expect(await digest(['a1'])).toBe(before);
    await expect(store.digestInput(join(root, 'data'))).rejects.toThrow('leads nowhere');
  });

  it.each(['{}', '["../secret"]', '["/etc/passwd"]', '[1]', '[""]', 'no JSON'])(
    'is refused where the list is %s',
    async (text) => {
      const root = await project(files);
      const list = node('list', { run: `printf '%s' '${text}' > $PIPE_OUTPUT/list.json` });
      const reader = node('read', {
        run: 'true',
        inputs: { data: 'data' },
        named: { data: [list, 'list.json'] },
      });
      const ran = await run(root, graph(list, reader));
      expect(ran.failures).toMatchObject([{ node: 'read', failure: { code: 'FILE_LIST_INVALID' } }]);
    },
  );

  it('is refused where a file of the list is not there', async () => {
    const root = await project(files);
    const list = node('list', { run: `echo '["a1", "z"]' > $PIPE_OUTPUT/list.json` });
    const reader = node('read', {
      run: 'true',
      inputs: { data: 'data' },
      named: { data: [list, 'list.json'] },
    });
    const ran = await run(root, graph(list, reader));
    expect(ran.failures).toMatchObject([{ failure: { code: 'INPUT_MISSING', place: join(root, 'data/z') } }]);
  });
});
