/** Files of the project as a revision of git has them. Nothing is checked out. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { failed, success, type Result } from '../../failure.ts';
import { withScratchFolder } from '../../scratch-folder.ts';
import { shellWord } from '../../shell-word.ts';

export interface Revision {
  /** As it was asked for: `main`, `HEAD~2`. */
  readonly name: string;
  /** The project's root in the work tree. */
  readonly root: string;
  readonly commit: string;
}

/** Errors: `REVISION_UNKNOWN`. */
export async function findRevision(root: string, name: string): Promise<Result<Revision>> {
  const { exitCode, stdout } = await git(
    root,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  );
  if (exitCode === 0) return success({ name, root, commit: stdout.trim() });
  const [found, remedy] = await whyUnknown(root);
  return failed({
    code: 'REVISION_UNKNOWN',
    message: `${JSON.stringify(name)} is no file, no experiment and no revision of git${found}`,
    remedy,
  });
}

async function whyUnknown(root: string): Promise<readonly [found: string, remedy: string]> {
  const inside = await git(root, 'rev-parse', '--is-shallow-repository');
  if (inside.exitCode !== 0)
    return [
      ': this is no git repository',
      'name a file of results or an experiment, or git init and commit a record',
    ];
  if ((await git(root, 'rev-parse', '--verify', '--quiet', 'HEAD')).exitCode !== 0)
    return [': there is no commit yet', 'commit a record first: pipe record, git add, git commit'];
  if (inside.stdout.trim() === 'true')
    return [': this clone is shallow', 'fetch it first: git fetch origin main:main'];
  return ['', 'git branch -a lists the branches; one of a server may have to be fetched first'];
}

/** `git switch main`, to stand before another command: how its files get into the work tree. */
export async function switchTo({ root, name }: Revision): Promise<string> {
  if (name === 'HEAD') return 'git stash';
  const { exitCode } = await git(root, 'show-ref', '--verify', '--quiet', `refs/heads/${name}`);
  return `git switch ${exitCode === 0 ? '' : '--detach '}${shellWord(name)}`;
}

/** Undefined where the revision has no such file. `path` is relative to the project's root. */
export async function readAt({ root, commit }: Revision, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(root, 'show', `${commit}:./${path}`);
  return exitCode === 0 ? stdout : undefined;
}

/** Hands over a folder that holds what the revision has of `paths`, files and folders alike, and removes it again. */
export async function withFilesAt<Outcome>(
  revision: Revision,
  paths: readonly string[],
  use: (folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const { root, commit } = revision;
  return withScratchFolder('revision', async (folder) => {
    const { stdout } = await git(root, 'ls-tree', '-r', '-z', '--name-only', commit, '--', ...paths);
    for (const path of stdout.split('\0').filter((name) => name !== '')) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), (await readAt(revision, path)) ?? '');
    }
    return use(folder);
  });
}

const git = (root: string, ...args: readonly string[]) =>
  execa('git', args, { cwd: root, reject: false, stdin: 'ignore', stripFinalNewline: false });
