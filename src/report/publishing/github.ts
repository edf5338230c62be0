/** One comment on a pull request of GitHub: created once, then updated in place. */
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';

import type { FailureError } from '../../failure.ts';
import { failureByStatus } from './failure.ts';

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

export interface Posted {
  readonly action: 'created' | 'updated';
  readonly url: string;
}

const mostRetries = 3;

/**
 * Looks for a comment that begins with the marker. Errors on the server are tried again three times; a rate limit is
 * waited for where it is short. Errors: `PUBLISH_...`.
 */
export async function postToGitHub(
  target: GitHubTarget,
  { marker, body }: { readonly marker: string; readonly body: string },
  patience: Patience = usualPatience,
): Promise<Posted> {
  const client = clientOf(target, patience);
  const { owner, repo, pullRequest: issue_number } = target;
  const find = async (): Promise<number | undefined> => {
    const pages = client.paginate.iterator(client.rest.issues.listComments, {
      owner,
      repo,
      issue_number,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const found = data.find((comment) => comment.body?.startsWith(marker) === true);
      if (found !== undefined) return found.id;
    }
    return undefined;
  };
  try {
    for (let attempt = 0; ; attempt += 1) {
      const id = await find();
      if (id !== undefined) {
        const { data } = await client.rest.issues.updateComment({ owner, repo, comment_id: id, body });
        return { action: 'updated', url: data.html_url };
      }
      // A creation that failed may have been done all the same: look again before the next.
      try {
        const { data } = await client.rest.issues.createComment({
          owner,
          repo,
          issue_number,
          body,
          request: { retries: 0 },
        });
        return { action: 'created', url: data.html_url };
      } catch (error) {
        if (statusOf(error) < 500 || attempt === mostRetries) throw error;
        await new Promise((resolve) => setTimeout(resolve, patience.pause * (attempt + 1) ** 2));
      }
    }
  } catch (error) {
    throw failureOf(error, target);
  }
}

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

function failureOf(error: unknown, { api, token }: Pick<GitHubTarget, 'api' | 'token'>): FailureError {
  const status = statusOf(error);
  const told = (error instanceof Error ? error.message : String(error)).replaceAll(token, '***');
  const limited = status === 403 && /rate limit/i.test(told);
  const network =
    status === 500 && !(error instanceof Error && 'response' in error && error.response !== undefined);
  return failureByStatus(new URL(api).host, limited ? 429 : network ? 0 : status, told);
}
