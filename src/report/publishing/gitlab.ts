/** One note on a merge request of GitLab: created once, then updated in place. */
import { setTimeout as sleep } from 'node:timers/promises';

import { failureByStatus } from './failure.ts';
import { usualPatience, type Patience, type Posted } from './github.ts';

export interface GitLabTarget {
  /** `https://gitlab.com/api/v4`: CI_API_V4_URL. */
  readonly api: string;
  readonly token: string;
  readonly project: string;
  readonly mergeRequest: number;
}

interface Note {
  readonly id: number;
  readonly body: string;
  readonly system?: boolean;
}

const mostRetries = 3;

/**
 * Looks for a note that begins with the marker. Errors on the server are tried again three times; a creation that failed
 * may have been done all the same, so the note is looked for again before the next. Errors: `PUBLISH_...`.
 */
export async function postToGitLab(
  target: GitLabTarget,
  { marker, body }: { readonly marker: string; readonly body: string },
  patience: Patience = usualPatience,
): Promise<Posted> {
  const { api, project, mergeRequest } = target;
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${mergeRequest}/notes`;
  const find = async (): Promise<Note | undefined> => {
    for (let page = 1; ; page += 1) {
      const found = (await ask(
        target,
        { method: 'GET', url: `${notes}?per_page=100&page=${page}` },
        patience,
      )) as Note[];
      const note = found.find((each) => each.system !== true && each.body.startsWith(marker));
      if (note !== undefined || found.length < 100) return note;
    }
  };
  for (let attempt = 0; ; attempt += 1) {
    const known = await find();
    if (known !== undefined) {
      const url = `${notes}/${known.id}`;
      await ask(target, { method: 'PUT', url, body }, patience);
      return { action: 'updated', url };
    }
    const answer = await send(target, { method: 'POST', url: notes, body });
    if (answer.status < 300) return { action: 'created', url: notes };
    const wait = waitAfter(answer, attempt, patience);
    if (wait === undefined) throw failureByStatus(new URL(api).host, answer.status, answer.told);
    await sleep(wait);
  }
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly body?: string;
}

interface Answer {
  /** 0 where no server answered. */
  readonly status: number;
  /** Without the token. */
  readonly told: string;
  /** How long the server wants to be left alone. */
  readonly seconds: number;
}

/** What a request that may be repeated is answered: again after errors on the server and short rate limits. */
async function ask(target: GitLabTarget, request: Request, patience: Patience): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(target, request);
    if (answer.status >= 200 && answer.status < 300) return parsed(answer, target);
    const wait = waitAfter(answer, attempt, patience);
    if (wait === undefined) throw failureByStatus(new URL(target.api).host, answer.status, answer.told);
    await sleep(wait);
  }
}

/** A proxy that wants a login answers with a page. */
function parsed({ status, told }: Answer, { api }: GitLabTarget): unknown {
  try {
    return JSON.parse(told);
  } catch {
    throw failureByStatus(new URL(api).host, status, `no JSON: ${told}`);
  }
}

async function send({ token }: GitLabTarget, { method, url, body }: Request): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { 'PRIVATE-TOKEN': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
    });
    // Seconds, or a time of day, which says no more than that it should not be at once.
    const seconds = Number(response.headers.get('retry-after') ?? '0') || 0;
    return { status: response.status, told: (await response.text()).replaceAll(token, '***'), seconds };
  } catch (error) {
    return { status: 0, told: (error as Error).message.replaceAll(token, '***'), seconds: 0 };
  }
}

/** Milliseconds until the next attempt; undefined where there is to be none. */
function waitAfter(
  { status, seconds }: Answer,
  attempt: number,
  { pause, longestWait }: Patience,
): number | undefined {
  const again = (status >= 500 || status === 429) && seconds <= longestWait;
  return again && attempt < mostRetries ? Math.max(seconds * 1000, pause * (attempt + 1) ** 2) : undefined;
}
