/** The git repository that a project lies in: its branches and work trees, and the objects behind them, read in bulk. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { askIn, git, lineOf } from './git.ts';
import { headsOf, workTreesOf, type Head } from './heads.ts';
import { readTree, type GitObject, type Tree } from './trees.ts';
import { branchUnreadable, repositoryUnreadable } from './unreadable.ts';

export interface Repository {
  /** Local branches, those of remotes as they were last fetched, and what each work tree has checked out. */
  readonly branches: readonly Head[];
  /** The project's root in each other work tree, there or not. */
  readonly workTrees: readonly string[];
  /** The object of each path, relative to the project's root, in a branch; undefined where the branch has none. */
  objects(places: readonly Place[]): Promise<readonly (GitObject | undefined)[]>;
  /** The files below a tree, relative to it; asked of git once. */
  filesOf(tree: string): Promise<readonly { readonly path: string; readonly id: string }[]>;
  /** Tells the bytes of these, undefined of one that git lacks. They are asked of git once, best many together. */
  contents(ids: Iterable<string>): Promise<(id: string) => Buffer | undefined>;
}

interface Place {
  readonly branch: Head;
  readonly path: string;
}

/**
 * Undefined outside of git. Throws a `FailureError`: `GIT_UNREADABLE` where there is a repository that git does not read,
 * `BRANCH_UNREADABLE` of a branch. So do its methods.
 */
export async function openRepository(root: string): Promise<Repository | undefined> {
  const prefixFound = await git(root, ['rev-parse', '--show-prefix']);
  if (!prefixFound.ok) {
    if (!isInRepository(root)) return undefined;
    throw repositoryUnreadable(root, prefixFound.reason);
  }
  const prefix = lineOf(prefixFound.output);
  const ask = askIn(root);
  const workTrees = await workTreesOf(ask);
  const here = lineOf(await ask(['rev-parse', '--show-toplevel']));
  const files = new Map<string, Awaited<ReturnType<Repository['filesOf']>>>();
  const bytes = new Map<string, Buffer>();
  const trees = new Map<string, Tree>();

  const contents: Repository['contents'] = async (ids) => {
    const unknown = [...ids].filter((id) => !bytes.has(id));
    if (unknown.length > 0) {
      const input = unknown.map((id) => `${id}\n`).join('');
      for (const [id, found] of objectsIn(await ask(['cat-file', '--batch'], input))) bytes.set(id, found);
    }
    return (id) => bytes.get(id);
  };
  const readTrees = async (ids: ReadonlySet<string>): Promise<void> => {
    const unknown = [...ids].filter((id) => !trees.has(id));
    const bytesOf = await contents(unknown);
    for (const id of unknown) {
      const found = bytesOf(id);
      if (found !== undefined) trees.set(id, readTree(found, id.length / 2));
    }
  };

  return {
    branches: await headsOf(root, workTrees, ask),
    workTrees: workTrees.filter(({ path }) => path !== here).map(({ path }) => join(path, prefix)),
    async objects(places) {
      const ways = places.map(({ path }) => `${prefix}${path}`.split('/'));
      const found = places.map(({ branch }): GitObject | undefined => ({ id: branch.tree, type: 'tree' }));
      // All of them together go one folder further at a time.
      for (let depth = 0; ways.some((way) => depth < way.length); depth++) {
        const within = found.map((object, i) =>
          object?.type === 'tree' && ways[i]?.[depth] !== undefined ? object.id : undefined,
        );
        await readTrees(new Set(within.filter((id) => id !== undefined)));
        for (const [i, { branch }] of places.entries()) {
          const name = ways[i]?.[depth];
          const id = within[i];
          if (name === undefined) continue;
          const tree = id === undefined ? undefined : trees.get(id);
          if (id !== undefined && tree === undefined) throw branchUnreadable(branch.name, lacks(id));
          found[i] = tree?.get(name);
        }
      }
      return found;
    },
    async filesOf(tree) {
      const known = files.get(tree);
      if (known !== undefined) return known;
      const entries = (await ask(['ls-tree', '-r', '-z', '--full-tree', tree])).toString('utf8').split('\0');
      const found = entries.flatMap((entry) => {
        const [, id, path] = /^\d+ blob (\w+)\t(.*)$/s.exec(entry) ?? [];
        return id === undefined || path === undefined ? [] : [{ id, path }];
      });
      files.set(tree, found);
      return found;
    },
    contents,
  };
}

/** What is said of an object that is not there. */
export const lacks = (id: string): string => `git lacks the object ${id}`;

/** Whether there is one, also where git is not there to say so. */
function isInRepository(root: string): boolean {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}

/** `ID TYPE SIZE`, a line break, the bytes, a line break; and again. Of one that git lacks, `ID missing` alone. */
function objectsIn(output: Buffer): ReadonlyMap<string, Buffer> {
  const objects = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at);
    const head = output.toString('latin1', at, end === -1 ? output.length : end);
    at += head.length + 1;
    if (head.endsWith(' missing')) continue;
    const [, id, size] = /^([0-9a-f]{40,}) \w+ (\d+)$/.exec(head) ?? [];
    if (id === undefined || size === undefined) throw repositoryUnreadable(undefined, `git says ${head}`);
    objects.set(id, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return objects;
}
