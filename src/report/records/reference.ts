/** Finds what a person calls a base: a file, an experiment, a revision of git, with what is recorded there. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { FailureError, type Failure } from '../../failure.ts';
import { parseResults, type Results } from './results.ts';
import { findRevision, readAt, type Revision } from './revision.ts';

export interface FoundResults {
  /** As it is shown: `main`, `smoke`, `old.json`. */
  readonly label: string;
  readonly results: Results;
}

/** Where results may be recorded; a file of results is nothing else, the others have a configuration too. */
export type Reference =
  | { readonly kind: 'file'; readonly label: string; readonly results: Results }
  | {
      readonly kind: 'experiment';
      readonly label: string;
      readonly experiment: string;
      readonly results: Results | undefined;
    }
  | {
      readonly kind: 'revision';
      readonly label: string;
      readonly experiment: string;
      readonly revision: Revision;
      readonly results: Results | undefined;
    };

export const recordPath = (experiment: string): string => `experiments/${experiment}.results.json`;

/**
 * A file that is there, then an experiment of the work tree, then a revision (`main`, `HEAD~2`), or a revision and an
 * experiment (`main:smoke`). `experiment` is the one looked for in a revision. Errors: `RESULTS_INVALID`, `REVISION_UNKNOWN`.
 */
export async function findReference(root: string, label: string, experiment: string): Promise<Reference> {
  const file = resolve(label);
  if (await isFile(file))
    return { kind: 'file', label, results: await parseResults(await readFile(file, 'utf8'), label) };
  const results = await readRecorded(root, label);
  if (results !== undefined || (await isFile(join(root, `experiments/${label}.yaml`))))
    return { kind: 'experiment', label, experiment: label, results };
  const [name = '', other = experiment] = label.split(':');
  const revision = await findRevision(root, name);
  if (!revision.ok) throw new FailureError(revision.failure);
  const text = await readAt(revision.value, recordPath(other));
  return {
    kind: 'revision',
    label,
    experiment: other,
    revision: revision.value,
    results: text === undefined ? undefined : await parseResults(text, `${name}:${recordPath(other)}`),
  };
}

/** The recorded results a name leads to. Errors: `RESULTS_MISSING` and those of `findReference`. */
export async function findResults(root: string, label: string, experiment: string): Promise<FoundResults> {
  const found = await findReference(root, label, experiment);
  if (found.results !== undefined) return { label, results: found.results };
  const where = found.kind === 'revision' ? found.revision.name : 'the work tree';
  throw new FailureError(missingIn(where, found.kind === 'file' ? experiment : found.experiment));
}

export const missingIn = (where: string, experiment: string): Failure => ({
  code: 'RESULTS_MISSING',
  message: `${where} has no ${recordPath(experiment)}`,
  remedy: 'record results there: pipe record, and commit the file',
});

/** What is recorded in the work tree; undefined where nothing is. Errors: `RESULTS_INVALID`. */
export async function readRecorded(root: string, experiment: string): Promise<Results | undefined> {
  const place = recordPath(experiment);
  const text = await readFile(join(root, place), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseResults(text, place);
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
