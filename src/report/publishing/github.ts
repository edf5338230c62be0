/** One comment on a pull request of GitHub: created once, then updated in place. */
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';

import type { FailureError } from '../../failure.ts';
import { failureByStatus } from './failure.ts';
import { keepOne, type Board, type Comment, type Posted } from './one-comment.ts';

export interface GitHubTarget {
  /** `https://api.github.com`, or that of an own server. */
  readonly api: string;
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  readonly pullRequest: number;
}

export interface Patience {
  /** Milliseconds of the first pause; the following grow with the square of their number. */
  readonly pause: number;
  /** A rate limit that ends within that many seconds is waited for. */
  readonly longestWait: number;
}

export const usualPatience: Patience = { pause: 1000, longestWait: 60 };

const mostRetries = 3;

/**
 * Errors on the server are tried again three times; a rate limit is waited for where it is short. The token of a job
 * (`GITHUB_TOKEN`) may not ask who it is. Errors: `PUBLISH_...`.
 */
export async function postToGitHub(
  target: GitHubTarget,
  message: { readonly marker: string; readonly body: string },
  patience: Patience = usualPatience,
): Promise<Posted> {
  try {
    return await keepOne(boardOf(target, message, patience));
  } catch (error) {
    throw failureOf(error, target);
  }
}

function boardOf(
  target: GitHubTarget,
  { marker, body }: { readonly marker: string; readonly body: string },
  patience: Patience,
): Board {
  const client = clientOf(target, patience);
  const { issues, users } = client.rest;
  const { owner, repo, pullRequest: issue_number } = target;
  let failures = 0;
  return {
    async list() {
      const pages = client.paginate.iterator(issues.listComments, {
        owner,
        repo,
        issue_number,
        per_page: 100,
      });
      const found: Comment[] = [];
      for await (const { data } of pages)
        found.push(...data.filter((comment) => comment.body?.startsWith(marker) === true).map(commentOf));
      return found;
    },
    async whoAmI() {
      try {
        const { login } = (await users.getAuthenticated()).data as { login?: unknown };
        return typeof login === 'string' ? login : undefined;
      } catch (error) {
        if (statusOf(error) === 401) throw error;
        return undefined;
      }
    },
    async create() {
      // A creation that failed may have been done all the same: it is looked for again before the next.
      try {
        return commentOf(
          (await issues.createComment({ owner, repo, issue_number, body, request: { retries: 0 } })).data,
        );
      } catch (error) {
        if (statusOf(error) < 500 || failures === mostRetries) throw error;
        failures += 1;
        await new Promise((resolve) => setTimeout(resolve, patience.pause * failures ** 2));
        return undefined;
      }
    },
    async update({ id }) {
      try {
        await issues.updateComment({ owner, repo, comment_id: id, body });
        return 'done';
      } catch (error) {
        if (statusOf(error) === 404) return 'gone';
        if (statusOf(error) === 403 && !isRateLimit(error)) return 'forbidden';
        throw error;
      }
    },
    async remove({ id }) {
      try {
        await issues.deleteComment({ owner, repo, comment_id: id });
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },
  };
}

interface GitHubComment {
  readonly id: number;
  readonly html_url: string;
  readonly user?: { readonly login: string; readonly type?: string } | null;
}

const commentOf = ({ id, html_url: url, user }: GitHubComment): Comment => ({
  id,
  url,
  author: user?.login,
  isBot: user?.type === 'Bot' || user?.login.endsWith('[bot]') === true,
});

/** The open pull request of a branch, of a fork too, whose head is that commit; undefined where there is none. */
export async function pullRequestOf(
  target: Omit<GitHubTarget, 'pullRequest'>,
  head: { readonly owner: string; readonly branch: string; readonly commit: string },
  patience: Patience = usualPatience,
): Promise<number | undefined> {
  const { owner, repo } = target;
  try {
    const { data } = await clientOf(target, patience).rest.pulls.list({
      owner,
      repo,
      state: 'open',
      per_page: 100,
      head: `${head.owner}:${head.branch}`,
    });
    return data.find((pull) => pull.head.sha === head.commit)?.number;
  } catch (error) {
    throw failureOf(error, target);
  }
}

let clients = 0;
const silent = (): void => {};
const Client = Octokit.plugin(retry, throttling);

function clientOf({ api, token }: Pick<GitHubTarget, 'api' | 'token'>, patience: Patience) {
  const wait = (seconds: number, _options: object, _client: object, retries: number): boolean =>
    retries < mostRetries && seconds <= patience.longestWait;
  return new Client({
    auth: token,
    baseUrl: api,
    userAgent: 'pipe',
    log: { debug: silent, info: silent, warn: silent, error: silent },
    retry: { retries: mostRetries, retryAfterBaseValue: patience.pause },
    throttle: {
      // Pauses between writes are kept for each client, of which a command has one.
      id: String((clients += 1)),
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
      fallbackSecondaryRateRetryAfter: 60,
      retryAfterBaseValue: patience.pause,
    },
  });
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 0;
}

const isRateLimit = (error: unknown): boolean =>
  statusOf(error) === 403 && error instanceof Error && /rate limit/i.test(error.message);

function failureOf(error: unknown, { api, token }: Pick<GitHubTarget, 'api' | 'token'>): FailureError {
  const status = statusOf(error);
  const told = (error instanceof Error ? error.message : String(error)).replaceAll(token, '***');
  const limited = isRateLimit(error);
  const network =
    status === 500 && !(error instanceof Error && 'response' in error && error.response !== undefined);
  return failureByStatus(new URL(api).host, limited ? 429 : network ? 0 : status, told);
}
