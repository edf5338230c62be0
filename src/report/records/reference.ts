/** Finds what a person calls a base: a file, an experiment, a revision of git, with what is recorded there. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { readTextIfThere } from '../../config/plain-file.ts';
import { FailureError, type Failure } from '../../failure.ts';
import { parseResults, resultsUnreadable, type Results } from './results.ts';
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
  const given = (await isFile(file)) ? readOrRefuse(file, label) : undefined;
  if (given !== undefined) return { kind: 'file', label, results: await parseResults(given, label) };
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
  const text = recordedText(root, experiment);
  return text === undefined ? undefined : parseResults(text, recordPath(experiment));
}

/** As it is written there, whatever it holds. Errors: `RESULTS_INVALID`. */
export function recordedText(root: string, experiment: string): string | undefined {
  const place = recordPath(experiment);
  return readOrRefuse(join(root, place), place);
}

function readOrRefuse(path: string, place: string): string | undefined {
  try {
    return readTextIfThere(path);
  } catch (error) {
    throw resultsUnreadable(place, error);
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
