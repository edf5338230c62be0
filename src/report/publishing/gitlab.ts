/** One note on a merge request of GitLab: created once, then updated in place. */
import { setTimeout as sleep } from 'node:timers/promises';

import { failureByStatus } from './failure.ts';
import { usualPatience, type Patience } from './github.ts';
import { keepOne, type Board, type Comment, type Posted } from './one-comment.ts';

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
  readonly author?: { readonly username: string } | null;
}

const mostRetries = 3;

/** Errors on the server are tried again three times. Errors: `PUBLISH_...`. */
export async function postToGitLab(
  target: GitLabTarget,
  message: { readonly marker: string; readonly body: string },
  patience: Patience = usualPatience,
): Promise<Posted> {
  return keepOne(boardOf(target, message, patience));
}

function boardOf(
  target: GitLabTarget,
  { marker, body }: { readonly marker: string; readonly body: string },
  patience: Patience,
): Board {
  const { api, project, mergeRequest } = target;
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${mergeRequest}/notes`;
  const refuse = ({ status, told }: Answer): never => {
    throw failureByStatus(new URL(api).host, status, told);
  };
  const commentOf = ({ id, author }: Note): Comment => ({
    id,
    author: author?.username,
    // Of a token of a project or a group: `project_12_bot_0a1b`.
    isBot: /^(project|group)_\d+_bot/.test(author?.username ?? ''),
    url: `${notes}/${id}`,
  });
  let failures = 0;
  return {
    async list() {
      const found: Note[] = [];
      for (let page = 1; ; page += 1) {
        const answer = await ask(
          target,
          { method: 'GET', url: `${notes}?per_page=100&page=${page}` },
          patience,
        );
        if (answer.status >= 300) refuse(answer);
        const some = parsed(answer, target) as Note[];
        found.push(...some.filter((each) => each.system !== true && each.body.startsWith(marker)));
        if (some.length < 100) return found.map(commentOf);
      }
    },
    async whoAmI() {
      const answer = await ask(target, { method: 'GET', url: `${api}/user` }, patience);
      if (answer.status === 401) refuse(answer);
      if (answer.status >= 300) return undefined;
      const { username } = parsed(answer, target) as { username?: unknown };
      return typeof username === 'string' ? username : undefined;
    },
    async create() {
      // A creation that failed may have been done all the same: it is looked for again before the next.
      const answer = await send(target, { method: 'POST', url: notes, body });
      if (answer.status >= 200 && answer.status < 300) return commentOf(parsed(answer, target) as Note);
      const wait = waitAfter(answer, failures, patience);
      if (wait === undefined) return refuse(answer);
      failures += 1;
      await sleep(wait);
      return undefined;
    },
    async update({ url }) {
      const answer = await ask(target, { method: 'PUT', url, body }, patience);
      if (answer.status < 300) return 'done';
      return answer.status === 404 ? 'gone' : answer.status === 403 ? 'forbidden' : refuse(answer);
    },
    async remove({ url }) {
      const answer = await ask(target, { method: 'DELETE', url }, patience);
      if (answer.status >= 300 && answer.status !== 404) refuse(answer);
    },
  };
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
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

/** Of a request that may be repeated: again after errors on the server and short rate limits, which are thrown where they last. */
async function ask(target: GitLabTarget, request: Request, patience: Patience): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(target, request);
    const isTrouble = answer.status === 0 || answer.status >= 500 || answer.status === 429;
    if (!isTrouble) return answer;
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
