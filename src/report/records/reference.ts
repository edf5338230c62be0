/** Finds recorded results by what a person calls them: a file, an experiment, a revision of git. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { execa } from 'execa';

import { failed, FailureError, success, type Result } from '../../failure.ts';
import { parseResults, type Results } from './results.ts';

export interface FoundResults {
  /** As it is shown: `main`, `smoke`, `old.json`. */
  readonly label: string;
  readonly results: Results;
}

export const recordPath = (experiment: string): string => `experiments/${experiment}.results.json`;

/**
 * A file that is there, then an experiment recorded in the work tree, then a revision (`main`, `HEAD~2`), or a revision
 * and an experiment (`main:smoke`). `experiment` is the one looked for in a revision.
 * Errors: `RESULTS_INVALID`, `REVISION_UNKNOWN`, `RESULTS_MISSING`.
 */
export async function findResults(
  root: string,
  reference: string,
  experiment: string,
): Promise<FoundResults> {
  const file = resolve(reference);
  if (await isFile(file))
    return { label: reference, results: await parseResults(await readFile(file, 'utf8'), reference) };
  const recorded = await readRecorded(root, reference);
  if (recorded !== undefined) return { label: reference, results: recorded };
  const [revision = '', name = experiment] = reference.split(':');
  const shown = await showAt(root, revision, recordPath(name));
  if (!shown.ok) throw new FailureError(shown.failure);
  return { label: reference, results: await parseResults(shown.value, `${revision}:${recordPath(name)}`) };
}

/** What is recorded in the work tree; undefined where nothing is. Errors: `RESULTS_INVALID`. */
export async function readRecorded(root: string, experiment: string): Promise<Results | undefined> {
  const place = recordPath(experiment);
  const text = await readFile(join(root, place), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseResults(text, place);
}

/** A file of the project as a revision has it, without checking it out. Errors: `REVISION_UNKNOWN`, `RESULTS_MISSING`. */
async function showAt(root: string, revision: string, path: string): Promise<Result<string>> {
  const git = (...args: readonly string[]) =>
    execa('git', args, { cwd: root, reject: false, stdin: 'ignore' });
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  if (commit.exitCode !== 0)
    return failed({
      code: 'REVISION_UNKNOWN',
      message: `${JSON.stringify(revision)} is no file, no recorded experiment and no revision of git`,
      remedy: 'in a shallow clone fetch it first: git fetch origin main:main',
    });
  const shown = await git('show', `${commit.stdout.trim()}:./${path}`);
  if (shown.exitCode === 0) return success(shown.stdout);
  return failed({
    code: 'RESULTS_MISSING',
    message: `${revision} has no ${path}`,
    remedy: 'record results there: pipe record, and commit the file',
  });
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
