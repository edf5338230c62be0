/** What failed when a target ran last, small enough to be told in a comment or handed over as a file. */
import { relative } from 'node:path';

import { readTextIfThere } from '../../config/plain-file.ts';
import { FailureError, type Failure } from '../../failure.ts';
import type { NodeFailed } from '../../run/event.ts';
import { failedLogOf } from '../../run/read-journal.ts';
import { readLastRun } from '../page/journal.ts';
import { faultsBySchema } from '../schema.ts';
import { findRevision } from './revision.ts';

/** `schemas/failed-run.schema.json` says the same. */
export interface FailedRun {
  readonly format: 1;
  /** Null outside of a repository of git. */
  readonly commit: string | null;
  readonly failures: readonly FailedNode[];
}

export interface FailedNode {
  readonly node: string;
  readonly code: string;
  readonly message: string;
  readonly place?: string;
  readonly remedy?: string;
  /** The last lines of its log. */
  readonly log: readonly string[];
}

export const mostFailures = 10;
const mostLines = 30;
const longestLine = 300;
const longestText = 1000;

/** `missing`: recipes of the nodes that have no artifact. Undefined where none of them failed in the last run that had to do with them. */
export async function failedRun(
  root: string,
  runs: string,
  missing: ReadonlySet<string>,
): Promise<FailedRun | undefined> {
  if (missing.size === 0) return undefined;
  const failed = readLastRun(runs, missing)?.failures.filter(({ recipe }) => missing.has(recipe)) ?? [];
  if (failed.length === 0) return undefined;
  return describeFailures(
    root,
    failed.slice(0, mostFailures).map((one) => failedNode(root, one, runs)),
  );
}

/** Of a configuration that cannot be used, too. */
export async function describeFailures(root: string, failures: readonly FailedNode[]): Promise<FailedRun> {
  const head = await findRevision(root, 'HEAD').catch(() => undefined);
  return { format: 1, commit: head?.ok === true ? head.value.commit : null, failures };
}

export function failureInShort(
  node: string,
  { code, message, place, remedy }: Failure,
  log: readonly string[] = [],
): FailedNode {
  return {
    node,
    code,
    message: message.slice(0, longestText),
    ...(place === undefined ? {} : { place: place.slice(0, longestText) }),
    ...(remedy === undefined ? {} : { remedy: remedy.slice(0, longestText) }),
    log,
  };
}

function failedNode(root: string, event: NodeFailed, runs: string): FailedNode {
  const { node, failure } = event;
  const text = failedLogOf(event, runs);
  const lines = text.trimEnd().split('\n').slice(-mostLines);
  const place = failure.place?.startsWith(root) === true ? relative(root, failure.place) : failure.place;
  return failureInShort(
    node,
    { ...failure, ...(place === undefined ? {} : { place }) },
    text === '' ? [] : lines.map((line) => line.slice(0, longestLine)),
  );
}

/** Undefined where there is no such file. Errors: `RESULTS_INVALID`. */
export async function readFailedRunFile(place: string): Promise<FailedRun | undefined> {
  const refuse = (what: string): never => {
    throw new FailureError({
      code: 'RESULTS_INVALID',
      message: `does not say what failed: ${what}`,
      place,
      remedy: 'write it again: pipe record --failure FILE',
    });
  };
  const found = ((): unknown => {
    try {
      const text = readTextIfThere(place);
      return text === undefined ? undefined : JSON.parse(text);
    } catch (error) {
      return refuse((error as Error).message);
    }
  })();
  if (found === undefined) return undefined;
  const faults = await faultsBySchema('failed-run', found);
  return faults.length > 0 ? refuse(faults.slice(0, 3).join('; ')) : (found as FailedRun);
}
