/**
 * The branches of a repository and what its work trees have checked out. git passes over a branch that it cannot read, and tells of
 * it in a warning or not at all: here each of them is an error.
 */
import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { isAbsent } from '../../config/plain-file.ts';
import { lineOf, linesOf, type Ask } from './git.ts';
import { branchUnreadable } from './unreadable.ts';

export interface Head {
  /** `main`, `origin/feature`, `HEAD of FOLDER`. */
  readonly name: string;
  readonly commit: string;
  /** The tree object of the commit. */
  readonly tree: string;
}

export interface WorkTree {
  readonly path: string;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
}

/** Throws a `FailureError`, `BRANCH_UNREADABLE` or `GIT_UNREADABLE`. */
export async function headsOf(
  root: string,
  workTrees: readonly WorkTree[],
  ask: Ask,
): Promise<readonly Head[]> {
  const folder = resolve(root, lineOf(await ask(['rev-parse', '--git-common-dir'])));
  const files = areas.flatMap((area) => filesBelow(join(folder, area)));
  const format = '--format=%(objectname) %(refname)';
  const listed = linesOf(await ask(['for-each-ref', format, ...areas])).map(inTwo);
  const names = new Set(listed.map(([, name]) => name));
  for (const file of files) {
    const name = relative(folder, file).replaceAll('\\', '/');
    if (!names.has(name) && !mayDangle.test(name) && isThere(file))
      throw branchUnreadable(shortened(name), `git does not read ${file}`);
  }
  const heads = [
    ...listed.map(([commit, name]) => ({ commit, name: shortened(name) })),
    ...workTrees.flatMap(({ path, commit }) =>
      commit === undefined ? [] : [{ commit, name: `HEAD of ${path}` }],
    ),
  ];
  const trees = heads.map(({ commit }) => `${commit}^{tree}\n`).join('');
  const answers = linesOf(await ask(['cat-file', '--batch-check'], trees));
  return heads.map((head, at) => {
    const [, tree] = /^([0-9a-f]{40,}) tree \d+$/.exec(answers[at] ?? '') ?? [];
    if (tree === undefined)
      throw branchUnreadable(head.name, `git lacks the commit ${head.commit} or its tree`);
    return { ...head, tree };
  });
}

/** All work trees, this one among them. Throws as `headsOf` does. */
export async function workTreesOf(ask: Ask): Promise<readonly WorkTree[]> {
  const entries = (await ask(['worktree', 'list', '--porcelain', '-z'])).toString('utf8').split('\0\0');
  return entries.flatMap((entry) => {
    const fields = new Map(entry.split('\0').map(inTwo));
    const path = fields.get('worktree');
    const commit = fields.get('HEAD');
    if (path === undefined) return [];
    if (commit === undefined || !/^0+$/.test(commit)) return [{ path, commit }];
    // All zeros: before the first commit of a branch, or git does not read what is checked out.
    if (!fields.has('branch')) throw branchUnreadable(`HEAD of ${path}`, 'git does not read it');
    return [{ path, commit: undefined }];
  });
}

const areas = ['refs/heads', 'refs/remotes'] as const;

/** The remote's default branch as it was when it was cloned: it leads nowhere once that is renamed, and refers to nothing. */
const mayDangle = /^refs\/remotes\/.*\/HEAD$/;

const shortened = (name: string): string => name.replace(/^refs\/(heads|remotes)\//, '');

function inTwo(line: string): readonly [string, string] {
  const [first = ''] = line.split(' ', 1);
  return [first, line.slice(first.length + 1)];
}

/** What git leaves out there too is left out: hidden files and locks. */
function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder)
    .filter(({ name }) => !name.startsWith('.') && !name.endsWith('.lock'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

/** None where branches are kept in another way than in files. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw branchUnreadable(folder, (error as Error).message);
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
