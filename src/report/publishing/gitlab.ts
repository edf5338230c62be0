/** One note on a merge request of GitLab: created once, then updated in place. */
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

/** Errors: `PUBLISH_...`. */
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
        'GET',
        `${notes}?per_page=100&page=${page}`,
        undefined,
        patience,
      )) as Note[];
      const note = found.find((each) => each.system !== true && each.body.startsWith(marker));
      if (note !== undefined || found.length < 100) return note;
    }
  };
  const known = await find();
  const url = `${notes}${known === undefined ? '' : `/${known.id}`}`;
  await ask(target, known === undefined ? 'POST' : 'PUT', url, { body }, patience);
  return { action: known === undefined ? 'created' : 'updated', url };
}

/** Reading and updating are tried again after errors on the server and short rate limits; creating is not. */
async function ask(
  { api, token }: GitLabTarget,
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body: object | undefined,
  { pause, longestWait }: Patience,
): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(url, {
      method,
      headers: { 'PRIVATE-TOKEN': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      throw failureByStatus(new URL(api).host, 0, error.message.replaceAll(token, '***'));
    });
    if (answer.ok) return answer.json();
    const seconds = Number(answer.headers.get('retry-after') ?? '0');
    const again =
      (answer.status >= 500 && method !== 'POST') || (answer.status === 429 && seconds <= longestWait);
    if (!again || attempt === mostRetries) {
      const told = (await answer.text()).replaceAll(token, '***');
      throw failureByStatus(new URL(api).host, answer.status, told);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(seconds * 1000, pause * (attempt + 1) ** 2)));
  }
}
