/** The git repository that a project lies in: its branches and work trees, and the objects behind them, read in bulk. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { FailureError } from '../../failure.ts';

interface Branch {
  /** `main`, `origin/feature`, `HEAD`. */
  readonly name: string;
  readonly commit: string;
}

export interface Repository {
  /** Local branches, those of remotes as they were last fetched, and what each work tree has checked out. */
  readonly branches: readonly Branch[];
  /** The project's root in each other work tree that is there. */
  readonly workTrees: readonly string[];
  /** The object of each `COMMIT:PATH`, PATH relative to the project's root; undefined where there is none. */
  objects(places: readonly Place[]): Promise<readonly (GitObject | undefined)[]>;
  /** The files below a tree, relative to it; asked of git once. */
  filesOf(tree: string): Promise<readonly { readonly path: string; readonly id: string }[]>;
  /** The bytes of each blob; asked of git once, best for many together. */
  contents(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

interface Place {
  readonly commit: string;
  readonly path: string;
}

interface GitObject {
  readonly id: string;
  readonly type: string;
}

/** Undefined outside of git. Throws a `FailureError`, `GIT_UNREADABLE`, where there is a repository that git does not read. */
export async function openRepository(root: string): Promise<Repository | undefined> {
  const prefixFound = await git(root, ['rev-parse', '--show-prefix']);
  if (!prefixFound.ok) {
    if (!isInRepository(root)) return undefined;
    throw unreadable(root, prefixFound.reason);
  }
  const prefix = textOf(prefixFound.output).replace(/\n$/, '');
  const ask = async (args: readonly string[], input?: string): Promise<Buffer> => {
    const answer = await git(root, args, input);
    if (answer.ok) return answer.output;
    throw unreadable(root, answer.reason);
  };
  const trees = workTreesIn(textOf(await ask(['worktree', 'list', '--porcelain', '-z'])));
  const here = textOf(await ask(['rev-parse', '--show-toplevel'])).replace(/\n$/, '');
  const format = '--format=%(objectname) %(refname:short)';
  const files = new Map<string, Awaited<ReturnType<Repository['filesOf']>>>();
  const blobs = new Map<string, Buffer>();
  const heads = linesOf(textOf(await ask(['for-each-ref', format, 'refs/heads', 'refs/remotes'])));
  return {
    branches: [
      ...heads.map((line) => ({
        commit: line.slice(0, line.indexOf(' ')),
        name: line.slice(line.indexOf(' ') + 1),
      })),
      ...trees.flatMap(({ path, commit }) =>
        commit === undefined ? [] : [{ commit, name: `HEAD of ${path}` }],
      ),
    ],
    workTrees: trees
      .filter(({ path }) => path !== here)
      .map(({ path }) => join(path, prefix))
      .filter((path) => existsSync(path)),
    async objects(places) {
      const names = places.map(({ commit, path }) => `${commit}:${prefix}${path}\n`);
      const lines = linesOf(textOf(await ask(['cat-file', '--batch-check'], names.join(''))));
      return lines.map((line) => {
        const [, id, type] = /^([0-9a-f]{40,}) (\w+) \d+$/.exec(line) ?? [];
        return id === undefined || type === undefined ? undefined : { id, type };
      });
    },
    async filesOf(tree) {
      const known = files.get(tree);
      if (known !== undefined) return known;
      const entries = textOf(await ask(['ls-tree', '-r', '-z', '--full-tree', tree])).split('\0');
      const found = entries.flatMap((entry) => {
        const [, id, path] = /^\d+ blob (\w+)\t(.*)$/s.exec(entry) ?? [];
        return id === undefined || path === undefined ? [] : [{ id, path }];
      });
      files.set(tree, found);
      return found;
    },
    async contents(ids) {
      const missing = ids.filter((id) => !blobs.has(id));
      if (missing.length > 0) {
        const input = missing.map((id) => `${id}\n`).join('');
        for (const [id, bytes] of blobsIn(await ask(['cat-file', '--batch'], input))) blobs.set(id, bytes);
      }
      return new Map(ids.map((id) => [id, blobs.get(id) as Buffer]));
    },
  };
}

type Answer =
  { readonly ok: true; readonly output: Buffer } | { readonly ok: false; readonly reason: string };

/** Nothing is fetched, nobody is asked for a password, and no lock is taken for it. */
async function git(cwd: string, args: readonly string[], input = ''): Promise<Answer> {
  const { failed, stdout, stderr, shortMessage } = await execa('git', args, {
    cwd,
    input,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
    env: { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' },
  });
  if (!failed) return { ok: true, output: Buffer.from(stdout) };
  const said = stderr === undefined ? '' : Buffer.from(stderr).toString('utf8').trim();
  return { ok: false, reason: said === '' ? String(shortMessage) : (said.split('\n')[0] as string) };
}

/** Whether there is one, also where git is not there to say so. */
function isInRepository(root: string): boolean {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8');
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

function workTreesIn(
  text: string,
): readonly { readonly path: string; readonly commit: string | undefined }[] {
  return text.split('\0\0').flatMap((entry) => {
    const fields = entry.split('\0');
    const path = fields.find((field) => field.startsWith('worktree '))?.slice('worktree '.length);
    const commit = fields.find((field) => field.startsWith('HEAD '))?.slice('HEAD '.length);
    // Before the first commit it is all zeros.
    const isBorn = commit !== undefined && !/^0+$/.test(commit);
    return path === undefined ? [] : [{ path, commit: isBorn ? commit : undefined }];
  });
}

/** `ID blob SIZE`, a line break, the bytes, a line break; and again. */
function blobsIn(output: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at);
    const head = output.toString('latin1', at, end === -1 ? output.length : end);
    const [, id, size] = /^([0-9a-f]{40,}) \w+ (\d+)$/.exec(head) ?? [];
    if (id === undefined || size === undefined) throw unreadable('', `the object ${head}`);
    blobs.set(id, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function unreadable(place: string, reason: string): FailureError {
  return new FailureError({
    code: 'GIT_UNREADABLE',
    message: `the repository cannot be read, and so not what its branches refer to: ${reason}`,
    ...(place === '' ? {} : { place }),
    remedy: 'mend that, or look at this work tree alone: pipe gc --this-branch',
  });
}
