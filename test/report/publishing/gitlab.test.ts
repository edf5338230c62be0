import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { gitLabTarget } from '../../../src/report/publishing/destination.ts';
import { postToGitLab } from '../../../src/report/publishing/gitlab.ts';

const marker = '<!-- pipe: tests / default -->';
const token = 'glpat-secret';
const patience = { pause: 5, longestWait: 1 };

interface Author {
  readonly username: string;
}
const author: Author = { username: 'project_12_bot_0a' };

interface Instead {
  readonly status: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The usual is done all the same. */
  readonly after?: true;
}

/** Notes of merge request 4 of project 12, by pages; of `instead` the first that fits a request is its answer, once. */
async function gitLab(instead: Instead[] = []) {
  const notes: { id: number; body: string; system?: boolean; author: Author }[] = [];
  const meanwhile: (() => void)[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      calls.push(`${method} ${url} ${String(request.headers['private-token'])}`);
      const at = instead.findIndex((each) => each.method === undefined || each.method === method);
      const [other] = at === -1 ? [] : instead.splice(at, 1);
      if (other === undefined || other.after === true) {
        const text = Buffer.concat(chunks).toString('utf8');
        const { body = '' } = (text === '' ? {} : JSON.parse(text)) as { body?: string };
        const id = Number(url.split('/').at(-1));
        if (method === 'POST') notes.push({ id: notes.length + 1, body, author });
        const at = notes.findIndex((note) => note.id === id);
        if (method === 'PUT') notes[at] = { id, body, author };
        if (method === 'DELETE') notes.splice(at, 1);
      }
      if (other !== undefined) {
        response.writeHead(other.status, other.headers).end(`no, ${token}`);
        return;
      }
      const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? '1');
      const some = url.endsWith('/user')
        ? { username: author.username }
        : notes.slice((page - 1) * 100, page * 100);
      const found = method === 'GET' ? structuredClone(some) : method === 'POST' ? notes.at(-1) : {};
      if (method === 'GET' && url.includes('/notes')) meanwhile.shift()?.();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  const target = gitLabTarget({
    CI_API_V4_URL: api,
    CI_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '4',
    GITLAB_TOKEN: token,
  });
  if (target === undefined) throw new Error('the environment names a merge request');
  return {
    notes,
    calls,
    meanwhile,
    post: (text: string) => postToGitLab(target, { marker, body: `${marker}\n${text}` }, patience),
  };
}

const failing = (times: number): Instead[] =>
  Array.from({ length: times }, () => ({ status: 500, method: 'GET' }));

describe('a note on GitLab', () => {
  it('is created once and then updated', async () => {
    const { notes, calls, post } = await gitLab();
    expect(await post('one')).toMatchObject({ action: 'created' });
    expect(await post('two')).toMatchObject({ action: 'updated' });
    expect(notes).toEqual([{ id: 1, body: `${marker}\ntwo`, author }]);
    const path = '/api/v4/projects/12/merge_requests/4/notes';
    expect(calls).toEqual([
      `GET ${path}?per_page=100&page=1 ${token}`,
      `POST ${path} ${token}`,
      `GET ${path}?per_page=100&page=1 ${token}`,
      `GET ${path}?per_page=100&page=1 ${token}`,
      `GET /api/v4/user ${token}`,
      `PUT ${path}/1 ${token}`,
    ]);
  });

  it('is found behind a hundred others, and not in what the system says', async () => {
    const { notes, post } = await gitLab();
    notes.push({ id: 1, body: marker, system: true, author });
    for (let id = 2; id <= 150; id += 1) notes.push({ id, body: 'hm', author });
    notes.push({ id: 151, body: `${marker}\nold`, author });
    expect(await post('new')).toMatchObject({ action: 'updated' });
    expect([notes.length, notes.at(-1)]).toEqual([151, { id: 151, body: `${marker}\nnew`, author }]);
  });

  it('is created once although the server failed after doing it', async () => {
    const { notes, post } = await gitLab([{ status: 502, method: 'POST', after: true }]);
    expect(await post('one')).toMatchObject({ action: 'updated' });
    expect(notes).toEqual([{ id: 1, body: `${marker}\none`, author }]);
  });

  it('is one where two publishers found none, and never that of another author', async () => {
    const { notes, meanwhile, post } = await gitLab();
    const theirs = { id: 1, body: `${marker}\ntheirs`, author: { username: 'ann' } };
    notes.push(theirs);
    meanwhile.push(() => notes.push({ id: 2, body: `${marker}\nother`, author }));
    expect(await post('mine')).toMatchObject({ action: 'updated' });
    expect(notes).toEqual([theirs, { id: 2, body: `${marker}\nmine`, author }]);
  });

  it('survives three failures of the server in a row and a short rate limit, and not more', async () => {
    const { post } = await gitLab([
      ...failing(3),
      { status: 429, method: 'POST', headers: { 'retry-after': '1' } },
    ]);
    expect(await post('one')).toMatchObject({ action: 'created' });
    await expect((await gitLab(failing(4))).post('one')).rejects.toThrow(/PUBLISH_FAILED .* answered 500/);
  });

  it('does not wait longer than asked to for a server that is ill, and waits where it names a time of day', async () => {
    const longer = { status: 503, method: 'GET', headers: { 'retry-after': '3600' } };
    await expect((await gitLab([longer])).post('one')).rejects.toThrow(/PUBLISH_FAILED .* answered 503/);
    const date = { ...longer, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } };
    const started = performance.now();
    expect(await (await gitLab([date])).post('one')).toMatchObject({ action: 'created' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(patience.pause - 1);
  });

  it('says so where what answers is no GitLab', async () => {
    const page = { status: 200, method: 'GET' };
    await expect((await gitLab([page])).post('one')).rejects.toThrow(
      /PUBLISH_FAILED .* answered 200: no JSON/,
    );
  });

  it.each([
    [401, {}, 'PUBLISH_TOKEN_REFUSED'],
    [403, {}, 'PUBLISH_FORBIDDEN'],
    [404, {}, 'PUBLISH_NOT_FOUND'],
    [422, {}, 'PUBLISH_REFUSED'],
    [429, { 'retry-after': '3000' }, 'PUBLISH_RATE_LIMITED'],
  ])('says after %i what can be done, at once and without the token', async (status, headers, code) => {
    const { calls, post } = await gitLab([{ status, headers, method: 'POST' }]);
    const error = await post('one').catch((thrown: unknown) => String(thrown));
    expect(error).toContain(code);
    expect(error).not.toContain(token);
    expect(calls).toHaveLength(2);
  });

  it('says that there is no server, and that a token is missing', async () => {
    const target = { api: 'http://127.0.0.1:9/api/v4', token, project: '12', mergeRequest: 4 };
    await expect(postToGitLab(target, { marker, body: marker }, patience)).rejects.toThrow(
      /PUBLISH_UNREACHABLE/,
    );
    const environment = { CI_API_V4_URL: target.api, CI_PROJECT_ID: '12', CI_MERGE_REQUEST_IID: '4' };
    expect(() => gitLabTarget(environment)).toThrow(/PUBLISH_TOKEN_MISSING/);
  });
});
