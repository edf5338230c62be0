/** `pipe publish [BASE]` */
import { appendFile } from 'node:fs/promises';

import { FailureError } from '../failure.ts';
import { comparisonTables } from '../report/differences/compare.ts';
import { compareSides, type DeclaredSide, type Side } from '../report/differences/differences.ts';
import { differenceTables } from '../report/differences/tables.ts';
import { hasCml, postByCml } from '../report/publishing/cml.ts';
import { gitHubTarget, gitLabTarget } from '../report/publishing/destination.ts';
import { postToGitHub } from '../report/publishing/github.ts';
import { postToGitLab } from '../report/publishing/gitlab.ts';
import { markerOf, messageOf } from '../report/publishing/message.ts';
import { findResults } from '../report/records/reference.ts';
import { readTablesFile } from '../report/tables/read.ts';
import type { TablesFile } from '../tables.ts';
import { notRun } from './planned-target.ts';
import { sideBefore, sideNow } from './sides.ts';
import { exitCode } from './exit-code.ts';
import { experimentName } from './current-results.ts';
import type { ConfigurationOptions } from './options.ts';
import { projectRoot } from './project-root.ts';
import { print, tell } from './output.ts';

export interface PublishOptions extends ConfigurationOptions {
  readonly target?: string;
  readonly results?: string;
  readonly tables?: string;
  readonly pullRequest?: number;
  readonly dryRun?: true;
}

/** With `--results` nothing of the configuration that ran is read: the place that posts need not trust it. */
export async function publish(base: string | undefined, options: PublishOptions): Promise<number> {
  const root = projectRoot();
  const side = await sideToPublish(root, options);
  if (side === undefined) return exitCode.workToDo;
  const { experiment } = side.results;
  const workflow = process.env['GITHUB_WORKFLOW'] ?? process.env['CI_PROJECT_NAME'] ?? 'pipe';
  const marker = markerOf(workflow, experiment);
  const body = messageOf(marker, await pagesOf(root, base, side, options));
  if (options.dryRun === true) {
    print(body.trimEnd());
    return exitCode.ok;
  }
  await send(marker, body, options);
  return exitCode.ok;
}

async function sideToPublish(
  root: string,
  options: PublishOptions,
): Promise<(DeclaredSide & Side) | undefined> {
  if (options.results !== undefined) {
    const { results } = await findResults(root, options.results, experimentName(options));
    return { label: 'now', results, declared: undefined, remarks: [] };
  }
  const { side, target } = await sideNow(options);
  const { results } = side;
  if (results === undefined) tell(notRun(target).message);
  return results === undefined ? undefined : { ...side, results };
}

/** A first record has nothing to stand against: its metrics as they are, then what changed. */
async function pagesOf(
  root: string,
  base: string | undefined,
  side: DeclaredSide & Side,
  { tables }: PublishOptions,
): Promise<TablesFile[]> {
  const { experiment } = side.results;
  const before = base === undefined ? undefined : await sideBefore(root, base, experiment);
  const own = tables === undefined ? [] : [await readTablesFile(tables)];
  const firstPage = comparisonTables([{ label: experiment, results: side.results }]);
  if (before === undefined) return [firstPage, ...own];
  const differences = differenceTables(compareSides(before, side, experiment));
  if (before.results !== undefined) return [differences, ...own];
  const { remarks, tables: changes } = differences;
  return [{ ...firstPage, remarks, tables: [...firstPage.tables, ...changes] }, ...own];
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
