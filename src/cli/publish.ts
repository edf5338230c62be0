/** `pipe publish [BASE]` */
import { appendFile } from 'node:fs/promises';

import { failureOf } from '../config/diagnostic.ts';
import { FailureError } from '../failure.ts';
import { comparisonTables } from '../report/differences/compare.ts';
import { compareSides, type DeclaredSide } from '../report/differences/differences.ts';
import { failedPage } from '../report/differences/failed.ts';
import { differenceTables } from '../report/differences/tables.ts';
import { hasCml, postByCml } from '../report/publishing/cml.ts';
import { gitHubTarget, gitLabTarget } from '../report/publishing/destination.ts';
import { postToGitHub } from '../report/publishing/github.ts';
import { postToGitLab } from '../report/publishing/gitlab.ts';
import { markerOf, messageOf } from '../report/publishing/message.ts';
import {
  describeFailures,
  failureInShort,
  mostFailures,
  readFailedRunFile,
  type FailedRun,
} from '../report/records/failed-run.ts';
import { findReference, findResults, type Reference } from '../report/records/reference.ts';
import { readTablesFile } from '../report/tables/read.ts';
import type { TablesFile } from '../tables.ts';
import { ConfigurationError } from './configuration-error.ts';
import { experimentName } from './current-results.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { print, tell } from './output.ts';
import { notRun } from './planned-target.ts';
import { projectRoot } from './project-root.ts';
import { sideBefore, sideNow, type SideNow } from './sides.ts';

export interface PublishOptions extends ConfigurationOptions {
  readonly target?: string;
  readonly results?: string;
  readonly failure?: string;
  readonly tables?: string;
  readonly pullRequest?: number;
  readonly dryRun?: true;
}

/**
 * Every end of a run has its message, so that no comment stands as if it were valid: results, that there are none, what
 * failed. With `--results` and `--failure` nothing of the configuration that ran is read: the place that posts need not
 * trust it.
 */
export async function publish(base: string | undefined, options: PublishOptions): Promise<number> {
  const root = projectRoot();
  const workflow = process.env['GITHUB_WORKFLOW'] ?? process.env['CI_PROJECT_NAME'] ?? 'pipe';
  const deliver = async (experiment: string, pages: readonly TablesFile[]): Promise<void> => {
    const marker = markerOf(workflow, experiment);
    const body = messageOf(marker, pages);
    if (options.dryRun === true) print(body.trimEnd());
    else await send(marker, body, options);
  };
  try {
    const { experiment, pages, isWhole } = await messageFor(root, base, options);
    await deliver(experiment, pages);
    return isWhole ? exitCode.ok : exitCode.workToDo;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const faults = error.diagnostics.map((fault) => failureInShort('configuration', failureOf(fault)));
    const failed = await describeFailures(root, faults.slice(0, mostFailures));
    const experiment = experimentName(options);
    await deliver(experiment, [failedPage(experiment, failed)]);
    throw error;
  }
}

interface Message {
  readonly experiment: string;
  readonly pages: readonly TablesFile[];
  /** There are results, and they are of the configuration. */
  readonly isWhole: boolean;
}

async function messageFor(root: string, base: string | undefined, options: PublishOptions): Promise<Message> {
  if (options.failure !== undefined) {
    const experiment = experimentName(options);
    return {
      experiment,
      pages: [failedPage(experiment, await readFailedRun(options.failure))],
      isWhole: false,
    };
  }
  const reference = await baseFor(root, base, options);
  const { side, experiment, target, failed } = await sideToPublish(root, options, reference?.results?.target);
  const before = reference === undefined ? undefined : await sideBefore(root, reference, target, options);
  const own = options.tables === undefined ? [] : [await readTablesFile(options.tables)];
  const { results } = side;
  if (failed !== undefined) {
    const changes =
      before === undefined ? [] : [changesPage(before, { ...side, results: undefined }, experiment)];
    return { experiment, pages: [failedPage(experiment, failed), ...changes], isWhole: false };
  }
  const isStale = before?.stale !== undefined || side.stale !== undefined;
  if (results === undefined) tell(notRun(target).message);
  return {
    experiment,
    pages: [...resultPages(before, side, experiment), ...own],
    isWhole: results !== undefined && !isStale,
  };
}

/** The experiment of a file of results is looked for in the base. */
async function baseFor(
  root: string,
  base: string | undefined,
  options: PublishOptions,
): Promise<Reference | undefined> {
  if (base === undefined) return undefined;
  const given =
    options.results === undefined
      ? undefined
      : await findResults(root, options.results, experimentName(options));
  return findReference(root, base, given?.results.experiment ?? experimentName(options));
}

async function sideToPublish(
  root: string,
  options: PublishOptions,
  elsewhere: string | undefined,
): Promise<Omit<SideNow, 'root'>> {
  if (options.results === undefined) return sideNow(options, elsewhere);
  const { results } = await findResults(root, options.results, experimentName(options));
  const side = { label: 'now', results, declared: undefined, remarks: [] };
  return { side, experiment: results.experiment, target: results.target, failed: undefined };
}

/** A first record has nothing to stand against: its metrics as they are, then what changed. */
function resultPages(
  before: DeclaredSide | undefined,
  side: DeclaredSide,
  experiment: string,
): readonly TablesFile[] {
  const { results } = side;
  const nothing: DeclaredSide = {
    label: 'nothing',
    results: undefined,
    declared: side.declared,
    remarks: [],
  };
  const changes = changesPage(before ?? nothing, side, experiment);
  if (results === undefined || (before !== undefined && before.results !== undefined)) return [changes];
  const firstPage = comparisonTables([{ label: experiment, results }]);
  if (before === undefined && side.stale === undefined) return [firstPage];
  const { remarks, tables, warning } = changes;
  return [{ ...firstPage, warning, remarks, tables: [...firstPage.tables, ...tables] }];
}

const changesPage = (before: DeclaredSide, side: DeclaredSide, experiment: string): TablesFile =>
  differenceTables(compareSides(before, side, experiment));

/** A run that left nothing, for it was ended or has no place to write to, failed all the same. */
async function readFailedRun(file: string): Promise<FailedRun> {
  return (await readFailedRunFile(file)) ?? { format: 1, commit: null, failures: [] };
}

async function send(marker: string, body: string, { pullRequest }: PublishOptions): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary !== undefined) {
    await appendFile(summary, `${body}\n`);
    tell('written to the summary of the job');
  }
  const gitLab = gitLabTarget(process.env);
  if (gitLab !== undefined) return told(await postToGitLab(gitLab, { marker, body }));
  const gitHub = await gitHubTarget(process.env, pullRequest);
  if (gitHub !== undefined) return told(await postToGitHub(gitHub, { marker, body }));
  if (await hasCml()) {
    await postByCml(body, marker.slice(5, -4));
    tell('handed to cml');
    return;
  }
  if (summary !== undefined) return;
  throw new FailureError({
    code: 'PUBLISH_NOWHERE',
    message: 'there is no pull request, no job summary and no cml here',
    remedy: 'call it in a CI job, with GITHUB_REPOSITORY, GITHUB_TOKEN and --pull-request, or with --dry-run',
  });
}

function told({ action, url }: { readonly action: string; readonly url: string }): void {
  tell(`comment ${action}: ${url}`);
}
