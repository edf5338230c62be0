import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { folderOfTest, temporaryFolder } from '../temporary-folder.ts';
import { project, write } from '../run/project.ts';
import { pipe } from './pipe.ts';

const pipeline = (n: number | string): string => `params: { n: ${n} }
stages:
  a: { use: stages/a.ts, with: { n: "\${n}" } }
`;
const moduleOf = (text: string): string => `import { writeFileSync } from 'node:fs';
export default { async run({ params, output }: any) { writeFileSync(output + '/x', '${text}' + params.n); } };
`;

const git = async (root: string, ...args: readonly string[]): Promise<string> =>
  (
    await execa(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args],
      { cwd: root },
    )
  ).stdout;

/** On branch `main`, run and committed. */
async function repository(within = '', folder?: string): Promise<string> {
  const ignored = { '.gitignore': 'artifacts\n' };
  const top = folder === undefined ? await project(ignored) : await write(folder, ignored);
  const root = join(top, within);
  await write(root, {
    'package.json': '{ "type": "module" }',
    'pipeline.yaml': pipeline(1),
    'stages/a.ts': moduleOf('a'),
  });
  await git(top, 'init', '-q', '-b', 'main');
  await commit(root);
  return root;
}

async function commit(root: string): Promise<void> {
  await git(root, 'add', '-A');
  await git(root, 'commit', '-qm', 'x');
}

async function run(root: string, ...options: readonly string[]): Promise<void> {
  expect(await pipe(root, ['run', 'a', '-q', ...options])).toMatchObject({ code: 0 });
}

/** A branch with its own files, run and committed; back on `main`. */
async function branch(root: string, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await git(root, 'checkout', '-qb', name);
  await write(root, files);
  await commit(root);
  await run(root);
  await git(root, 'checkout', '-q', 'main');
}

/** As a disk may. */
async function loseObject(root: string, name: string): Promise<void> {
  const id = await git(root, 'rev-parse', name);
  rmSync(join(root, '.git/objects', id.slice(0, 2), id.slice(2)));
}

async function removed(root: string, ...options: readonly string[]): Promise<number> {
  const before = artifacts(root).length;
  expect(await pipe(root, ['gc', '--delete', ...options])).toMatchObject({ code: 0 });
  return before - artifacts(root).length;
}

const artifacts = (root: string): readonly string[] =>
  readdirSync(join(root, 'artifacts/a')).map((key) =>
    readFileSync(join(root, 'artifacts/a', key, 'files/x'), 'utf8'),
  );

const unchanged = async (root: string): Promise<boolean> =>
  (await pipe(root, ['plan', 'a'])).stdout.startsWith('unchanged');

describe('pipe gc in a repository', () => {
  it('keeps what another branch refers to, and removes what none does', async () => {
    const root = await repository();
    await run(root);
    await branch(root, 'feature', { 'pipeline.yaml': pipeline(7) });
    await run(root, '-S', 'n=9');
    expect(await removed(root)).toBe(1);
    expect(artifacts(root).toSorted()).toEqual(['a1', 'a7']);
    await git(root, 'checkout', '-q', 'feature');
    expect(await unchanged(root)).toBe(true);
  });

  it('keeps it again, by what it knows of the branch or without that', async () => {
    const root = await repository();
    await run(root);
    await branch(root, 'feature', { 'pipeline.yaml': pipeline(7) });
    const known = join(root, 'artifacts/.store/branches');
    for (const damage of [(): void => undefined, (): void => rmSync(known, { recursive: true })]) {
      expect(await removed(root)).toBe(0);
      expect(readdirSync(known)).toHaveLength(2);
      damage();
    }
    expect(artifacts(root).toSorted()).toEqual(['a1', 'a7']);
  });

  it('removes it with --this-branch, and once the branch is gone', async () => {
    const root = await repository();
    await run(root);
    for (const [name, n] of [
      ['one', 7],
      ['two', 8],
    ] as const)
      await branch(root, name, { 'pipeline.yaml': pipeline(n) });
    await git(root, 'branch', '-qD', 'one');
    expect(await removed(root)).toBe(1);
    expect(artifacts(root).toSorted()).toEqual(['a1', 'a8']);
    expect(await removed(root, '--this-branch')).toBe(1);
    expect(artifacts(root)).toEqual(['a1']);
  });

  it('keeps of equal parameters what was made from the code of each branch, and no other', async () => {
    const root = await repository();
    await run(root);
    await branch(root, 'feature', { 'stages/a.ts': moduleOf('b') });
    for (const text of ['c', 'd']) {
      await write(root, { 'stages/a.ts': moduleOf(text) });
      await run(root);
    }
    // a is what main has committed, d what lies here, b the branch's; c is nobody's.
    expect(await removed(root)).toBe(1);
    expect(artifacts(root).toSorted()).toEqual(['a1', 'b1', 'd1']);
  });

  it('keeps all of a node whose code of a branch has never run here: which of them it would find is not known', async () => {
    const root = await repository();
    await run(root);
    await git(root, 'checkout', '-qb', 'feature');
    // A comment is no part of the key, so the branch finds what main made.
    await write(root, { 'stages/a.ts': `// said otherwise\n${moduleOf('a')}` });
    await commit(root);
    await git(root, 'checkout', '-qb', 'other', 'main');
    await write(root, { 'stages/a.ts': moduleOf('b') });
    await commit(root);
    await git(root, 'branch', '-qD', 'main');
    await run(root);
    expect(await removed(root)).toBe(0);
    await git(root, 'checkout', '-q', 'feature');
    expect(await unchanged(root)).toBe(true);
  });

  it('keeps what the experiments and the records of a branch name', async () => {
    const root = await repository();
    await run(root, '-S', 'n=5');
    const [key = ''] = readdirSync(join(root, 'artifacts/a'));
    await git(root, 'checkout', '-qb', 'feature');
    await write(root, {
      'experiments/large.yaml': 'set: { n: 6 }',
      'experiments/paper.results.json': JSON.stringify({ metrics: [{ key }] }),
    });
    await commit(root);
    await run(root, '-e', 'large');
    await git(root, 'checkout', '-q', 'main');
    expect(await removed(root)).toBe(0);
    expect(artifacts(root).toSorted()).toEqual(['a5', 'a6']);
  });

  it('keeps what the files of another work tree refer to, committed or not', async () => {
    const root = await repository();
    const other = join(await folderOfTest(), 'other');
    await git(root, 'worktree', 'add', '-q', '-b', 'there', other);
    await mkdir(join(root, 'artifacts'));
    await symlink(join(root, 'artifacts'), join(other, 'artifacts'));
    await write(other, { 'pipeline.yaml': pipeline(4) });
    await run(other);
    await run(root);
    expect(await removed(root)).toBe(0);
    expect(await unchanged(other)).toBe(true);
    // Of a work tree that was taken away only what is committed counts.
    rmSync(other, { recursive: true });
    expect(await removed(root)).toBe(1);
    expect(artifacts(root)).toEqual(['a1']);
  });

  it('keeps what branches of a remote refer to', async () => {
    const origin = await repository();
    await git(origin, 'checkout', '-qb', 'feature/ä-"quoted" name'.replaceAll(' ', '-'));
    await write(origin, { 'pipeline.yaml': pipeline(7) });
    await commit(origin);
    await git(origin, 'checkout', '-q', 'main');
    const root = join(await folderOfTest(), 'clone');
    await git(origin, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin}`, root);
    await run(root);
    await run(root, '-S', 'n=7');
    await run(root, '-S', 'n=8');
    expect(await removed(root)).toBe(1);
    expect(artifacts(root).toSorted()).toEqual(['a1', 'a7']);
  });

  it('knows a project in a folder of its repository, and a head that is no branch', async () => {
    const root = await repository('deep/er');
    await git(root, 'checkout', '-q', '--detach');
    await write(root, { 'pipeline.yaml': pipeline(2) });
    await commit(root);
    await run(root);
    await write(root, { 'pipeline.yaml': pipeline(3) });
    await run(root);
    await run(root, '-S', 'n=1');
    await run(root, '-S', 'n=5');
    expect(await removed(root)).toBe(1);
    expect(artifacts(root).toSorted()).toEqual(['a1', 'a2', 'a3']);
  });

  it('passes over branches without a pipeline', async () => {
    const root = await repository();
    await run(root);
    await git(root, 'checkout', '-q', '--orphan', 'pages');
    await git(root, 'rm', '-rqf', '.');
    await write(root, { 'index.html': '' });
    await git(root, 'add', 'index.html');
    await git(root, 'commit', '-qm', 'x');
    await git(root, 'checkout', '-qf', 'main');
    await run(root, '-S', 'n=5');
    expect(await removed(root)).toBe(1);
  });

  it('works before the first commit, and outside of git, as it always did', async () => {
    const root = await project({ 'pipeline.yaml': pipeline(1), 'stages/a.ts': moduleOf('a') });
    await run(root);
    await run(root, '-S', 'n=5');
    expect(await removed(root)).toBe(1);
    await git(root, 'init', '-q');
    await run(root, '-S', 'n=5');
    expect(await removed(root)).toBe(1);
  });

  it('removes nothing while a branch cannot be read, names it, and says how to go on', async () => {
    const root = await repository();
    await run(root);
    await branch(root, 'feature', { 'pipeline.yaml': pipeline(7) });
    await git(root, 'checkout', '-qb', 'old/one');
    await write(root, { 'pipeline.yaml': 'stages: [', 'experiments/e.yaml': '' });
    await commit(root);
    await git(root, 'checkout', '-q', 'main');
    await run(root, '-S', 'n=9');
    const before = artifacts(root).length;
    const { code, stderr } = await pipe(root, ['gc', '--delete']);
    expect([code, artifacts(root).length]).toEqual([2, before]);
    expect(stderr).toMatch(/^old\/one: BRANCH_UNREADABLE its configuration cannot be read/m);
    expect(stderr).toContain('pipe gc --this-branch');
    await git(root, 'checkout', '-q', 'old/one');
    await write(root, { 'pipeline.yaml': pipeline(1), 'experiments/r.results.json': '{ "half' });
    await commit(root);
    await git(root, 'checkout', '-q', 'main');
    expect((await pipe(root, ['gc', '--delete'])).stderr).toContain('BRANCH_UNREADABLE');
    expect(await removed(root, '--this-branch')).toBe(2);
  });

  it('does not mind that the default branch of a remote was renamed', async () => {
    const root = await repository();
    await run(root);
    await write(root, { '.git/refs/remotes/origin/HEAD': 'ref: refs/remotes/origin/master' });
    await run(root, '-S', 'n=5');
    expect(await removed(root)).toBe(1);
  });

  it('removes nothing where git is not there to be asked', async () => {
    const root = await repository();
    await run(root);
    await branch(root, 'feature', { 'pipeline.yaml': pipeline(7) });
    const { code, stderr } = await pipe(root, ['gc', '--delete'], { PATH: '/nowhere' });
    expect([code, artifacts(root).length]).toEqual([2, 2]);
    expect(stderr).toContain('GIT_UNREADABLE');
    writeFileSync(join(root, '.git/HEAD'), 'nonsense');
    expect((await pipe(root, ['gc', '--delete'])).stderr).toContain('GIT_UNREADABLE');
    expect(existsSync(join(root, 'artifacts/a'))).toBe(true);
    expect(artifacts(root)).toHaveLength(2);
  });
});

describe('pipe gc in a repository that is damaged', async () => {
  const root = await temporaryFolder();
  const whole = join(await temporaryFolder(), 'git');
  beforeAll(async () => {
    await repository('', root);
    await run(root);
    await branch(root, 'two', {
      'pipeline.yaml': pipeline(2),
      'experiments/e.yaml': 'set: { n: 3 }',
      'stages/a.ts': moduleOf('b'),
    });
    await write(root, { 'stages/a.ts': moduleOf('c') });
    await run(root, '-S', 'n=2');
    await cp(join(root, '.git'), whole, { recursive: true });
  });
  beforeEach(async () => {
    rmSync(join(root, '.git'), { recursive: true });
    await cp(whole, join(root, '.git'), { recursive: true });
  });

  it.each<[string, string, (root: string) => Promise<unknown>]>([
    ['a commit', 'two', (root) => loseObject(root, 'two')],
    ['the tree of a commit', 'two', (root) => loseObject(root, 'two^{tree}')],
    ['a configuration', 'two', (root) => loseObject(root, 'two:pipeline.yaml')],
    ['a folder of experiments', 'two', (root) => loseObject(root, 'two:experiments')],
    ['an experiment', 'two', (root) => loseObject(root, 'two:experiments/e.yaml')],
    ['the sources of a branch', 'two', (root) => loseObject(root, 'two:stages/a.ts')],
    ['the folder of sources of a branch', 'two', (root) => loseObject(root, 'two:stages')],
    ['what a branch is', 'two', (root) => writeFile(join(root, '.git/refs/heads/two'), 'garbage')],
    ['a branch, after a power cut', 'two', (root) => writeFile(join(root, '.git/refs/heads/two'), '')],
    ['zeros', 'two', (root) => writeFile(join(root, '.git/refs/heads/two'), '\0'.repeat(41))],
    [
      'where a branch leads',
      'two',
      (root) => writeFile(join(root, '.git/refs/heads/two'), 'ref: refs/heads/three'),
    ],
    ['a branch of a remote', 'origin/two', (root) => write(root, { '.git/refs/remotes/origin/two': '' })],
    [
      'what a work tree has checked out',
      'HEAD of .*/other',
      async (root) => {
        await git(root, 'worktree', 'add', '-q', '--detach', join(await folderOfTest(), 'other'));
        await writeFile(join(root, '.git/worktrees/other/HEAD'), '');
      },
    ],
  ])('removes nothing where git lacks or cannot read %s', async (_what, name, lose) => {
    await lose(root);
    const { code, stderr } = await pipe(root, ['gc', '--delete']);
    expect([code, artifacts(root).toSorted()]).toEqual([2, ['a1', 'b2', 'c2']]);
    expect(stderr).toMatch(new RegExp(`^${name}: BRANCH_UNREADABLE`, 'm'));
  });
});
