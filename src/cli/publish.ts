/** `pipe publish [BASE]` */
import { appendFile, readFile } from 'node:fs/promises';

import { FailureError } from '../failure.ts';
import { comparisonTables } from '../report/differences/compare.ts';
import { compareResults, type Side } from '../report/differences/differences.ts';
import { differenceTables } from '../report/differences/tables.ts';
import { hasCml, postByCml } from '../report/publishing/cml.ts';
import { gitHubTarget, gitLabTarget } from '../report/publishing/destination.ts';
import { postToGitHub } from '../report/publishing/github.ts';
import { postToGitLab } from '../report/publishing/gitlab.ts';
import { markerOf, messageOf } from '../report/publishing/message.ts';
import { findResults } from '../report/records/reference.ts';
import { parseTables } from '../report/tables/read.ts';
import type { TablesFile } from '../tables.ts';
import { sideNow } from './diff.ts';
import { exitCode } from './exit-code.ts';
import { experimentName } from './current-results.ts';
import type { ConfigurationOptions } from './options.ts';
import { projectRoot } from './project-root.ts';

export interface PublishOptions extends ConfigurationOptions {
  readonly target?: string;
  readonly results?: string;
  readonly tables?: string;
  readonly pullRequest?: number;
  readonly dryRun?: true;
}

/** With `--results` nothing of the configuration is read: the place that posts need not trust what ran. */
export async function publish(base: string | undefined, options: PublishOptions): Promise<number> {
  const root = await projectRoot();
  const side: Side | undefined =
    options.results === undefined
      ? (await sideNow(options))?.side
      : {
          label: 'now',
          results: (await findResults(root, options.results, experimentName(options))).results,
        };
  if (side === undefined) return exitCode.workToDo;
  const { experiment } = side.results;
  const workflow = process.env['GITHUB_WORKFLOW'] ?? process.env['CI_PROJECT_NAME'] ?? 'pipe';
  const marker = markerOf(workflow, experiment);
  const body = messageOf(marker, await pagesOf(root, base, side, options));
  if (options.dryRun === true) {
    console.log(body.trimEnd());
    return exitCode.ok;
  }
  await send(marker, body, options);
  return exitCode.ok;
}

async function pagesOf(
  root: string,
  base: string | undefined,
  side: Side,
  { tables }: PublishOptions,
): Promise<TablesFile[]> {
  const before = base === undefined ? undefined : await findBase(root, base, side.results.experiment);
  const first =
    before === undefined
      ? comparisonTables([{ ...side, label: side.results.experiment }])
      : differenceTables(compareResults(before, side));
  const note = `${base ?? ''} has no recorded results of ${side.results.experiment}; these are the first.`;
  return [
    base !== undefined && before === undefined ? { ...first, remarks: [note, ...first.remarks] } : first,
    ...(tables === undefined ? [] : [await parseTables(await readFile(tables, 'utf8'), tables)]),
  ];
}

/** A first record has nothing to stand against. */
async function findBase(root: string, base: string, experiment: string): Promise<Side | undefined> {
  try {
    return await findResults(root, base, experiment);
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'RESULTS_MISSING') return undefined;
    throw error;
  }
}

async function send(marker: string, body: string, { pullRequest }: PublishOptions): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary !== undefined) {
    await appendFile(summary, `${body}\n`);
    console.error('written to the summary of the job');
  }
  const gitLab = gitLabTarget(process.env);
  if (gitLab !== undefined) return told(await postToGitLab(gitLab, { marker, body }));
  const gitHub = await gitHubTarget(process.env, pullRequest);
  if (gitHub !== undefined) return told(await postToGitHub(gitHub, { marker, body }));
  if (await hasCml()) {
    await postByCml(body, marker.slice(5, -4));
    console.error('handed to cml');
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
  console.error(`comment ${action}: ${url}`);
}
