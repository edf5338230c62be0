/** Where to post to, from the environment of a CI job. Tokens come from there and go nowhere else. */
import { readPlainText } from '../../config/plain-file.ts';
import { publishFailure } from './failure.ts';
import { pullRequestOf, type GitHubTarget, type Patience } from './github.ts';
import type { GitLabTarget } from './gitlab.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface EventPayload {
  readonly number?: number;
  readonly pull_request?: { readonly number: number };
  readonly workflow_run?: {
    readonly head_sha: string;
    readonly head_branch: string;
    /** Null where the fork is gone. */
    readonly head_repository: { readonly owner: { readonly login: string } } | null;
  };
}

/** Undefined outside of GitHub or without a pull request. Errors: `PUBLISH_TOKEN_MISSING`, `PUBLISH_...`. */
export async function gitHubTarget(
  environment: Environment,
  pullRequest: number | undefined,
  patience?: Patience,
): Promise<GitHubTarget | undefined> {
  const [owner, repo] = (environment['GITHUB_REPOSITORY'] ?? '').split('/');
  if (owner === undefined || repo === undefined || owner === '' || repo === '') return undefined;
  const event = readEvent(environment['GITHUB_EVENT_PATH']);
  const named = pullRequest ?? event.pull_request?.number;
  if (named === undefined && event.workflow_run === undefined) return undefined;
  const token = environment['GITHUB_TOKEN'] || environment['GH_TOKEN'] || '';
  if (token === '') throw tokenMissing('GITHUB_TOKEN');
  const api = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  const target = { api, token, owner, repo };
  const number = named ?? (await ofWorkflowRun(target, event.workflow_run, patience));
  return number === undefined ? undefined : { ...target, pullRequest: number };
}

/** Undefined outside of a GitLab merge request. Errors: `PUBLISH_TOKEN_MISSING`. */
export function gitLabTarget(environment: Environment): GitLabTarget | undefined {
  const { CI_API_V4_URL: api, CI_PROJECT_ID: project, CI_MERGE_REQUEST_IID: number } = environment;
  if (api === undefined || project === undefined || number === undefined) return undefined;
  const token = environment['GITLAB_TOKEN'] ?? '';
  if (token === '') throw tokenMissing('GITLAB_TOKEN');
  return { api, token, project, mergeRequest: Number(number) };
}

/** What the run itself says of its number is not trusted: the head of the pull request must be the commit that ran. */
async function ofWorkflowRun(
  target: Omit<GitHubTarget, 'pullRequest'>,
  run: EventPayload['workflow_run'],
  patience: Patience | undefined,
): Promise<number | undefined> {
  if (run === undefined || run.head_repository === null) return undefined;
  const head = { owner: run.head_repository.owner.login, branch: run.head_branch, commit: run.head_sha };
  return pullRequestOf(target, head, patience);
}

/** Nothing is known of an event that cannot be read. */
function readEvent(path: string | undefined): EventPayload {
  try {
    return path === undefined ? {} : (Object(JSON.parse(readPlainText(path))) as EventPayload);
  } catch {
    return {};
  }
}

const tokenMissing = (name: string) =>
  publishFailure(
    'PUBLISH_TOKEN_MISSING',
    `a comment needs a token, and ${name} is not set`,
    `give the step ${name} in its env; --dry-run needs none`,
  );
