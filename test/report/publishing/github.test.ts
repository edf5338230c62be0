import { describe, expect, it } from 'vitest';

import { gitHubTarget } from '../../../src/report/publishing/destination.ts';
import { postToGitHub, type GitHubTarget } from '../../../src/report/publishing/github.ts';
import { temporaryProject } from '../../temporary-project.ts';
import { actions, gitHubServer, type Answer, type GitHubServer } from './github-server.ts';

const token = 'ghp_secretsecretsecret';
const marker = '<!-- pipe: tests / default -->';
const patience = { pause: 5, longestWait: 60 };

const targetOf = ({ api }: GitHubServer): GitHubTarget => ({
  api,
  token,
  owner: 'ann',
  repo: 'faces',
  pullRequest: 7,
});
const post = (server: GitHubServer, text: string) =>
  postToGitHub(targetOf(server), { marker, body: `${marker}\n${text}` }, patience);
const failing = (operation: string, answer: Answer, times: number) =>
  Array.from({ length: times }, () => ({ operation, answer }));

describe('a comment on GitHub', () => {
  it('is created once and then updated, by requests that the OpenAPI description allows', async () => {
    const server = await gitHubServer();
    server.comments.push({ id: 1, body: `quoting ${marker}`, user: actions });
    expect(await post(server, 'one')).toMatchObject({ action: 'created' });
    expect(await post(server, 'two')).toMatchObject({ action: 'updated' });
    expect(server.comments.map(({ body }) => body)).toEqual([`quoting ${marker}`, `${marker}\ntwo`]);
    expect(server.faults).toEqual([]);
    expect([...server.tokens]).toEqual([`token ${token}`]);
  });

  it('is found behind a hundred others', async () => {
    const server = await gitHubServer();
    for (let id = 1; id <= 150; id += 1) server.comments.push({ id, body: 'hm', user: actions });
    server.comments.push({ id: 151, body: `${marker}\nold`, user: actions });
    expect(await post(server, 'new')).toMatchObject({ action: 'updated' });
    expect(server.comments).toHaveLength(151);
  });

  it('is created once although the server failed after doing it', async () => {
    const server = await gitHubServer();
    const answer = { status: 502, message: 'Bad Gateway' };
    server.instead.push({ operation: 'issues/create-comment', answer, after: true });
    expect(await post(server, 'one')).toMatchObject({ action: 'updated' });
    expect(server.comments).toHaveLength(1);
  });

  const ann = { login: 'ann', type: 'User' } as const;
  const other = { login: 'dependabot[bot]', type: 'Bot' } as const;
  const old = (id: number, user: typeof ann | typeof other | typeof actions | null = actions) => ({
    id,
    body: `${marker}\nold`,
    user,
  });

  it('is one where two publishers found none: the later one sees both, and the oldest stays', async () => {
    const server = await gitHubServer();
    server.meanwhile.push(() => server.comments.push(old(5)));
    expect(await post(server, 'mine')).toMatchObject({ action: 'updated' });
    expect(server.comments).toEqual([{ ...old(5), body: `${marker}\nmine` }]);
    expect(server.faults).toEqual([]);
  });

  it('is one however the two come', async () => {
    const server = await gitHubServer();
    await Promise.all(Array.from({ length: 4 }, (_, i) => post(server, String(i))));
    expect(server.comments).toHaveLength(1);
  });

  it('is one where an earlier version left several', async () => {
    const server = await gitHubServer();
    server.comments.push(old(3), old(2), old(4, ann));
    expect(await post(server, 'new')).toMatchObject({ action: 'updated' });
    expect(server.comments).toEqual([{ ...old(2), body: `${marker}\nnew` }, old(4, ann)]);
  });

  it('is never that of another author, though it begins with the marker', async () => {
    const server = await gitHubServer();
    server.comments.push(old(1, ann), old(2, null));
    expect(await post(server, 'mine')).toMatchObject({ action: 'created' });
    expect(await post(server, 'again')).toMatchObject({ action: 'updated' });
    expect(server.comments.map(({ body }) => body)).toEqual([old(1).body, old(2).body, `${marker}\nagain`]);
  });

  it('is that of the user whose token it is, and of no bot', async () => {
    const server = await gitHubServer();
    server.users.set(`token ${token}`, ann);
    server.comments.push(old(1), old(2, ann));
    expect(await post(server, 'mine')).toMatchObject({ action: 'updated' });
    expect(server.comments.map(({ body }) => body)).toEqual([old(1).body, `${marker}\nmine`]);
  });

  it('is made anew where the bot whose it may be does not let it be changed', async () => {
    const server = await gitHubServer();
    server.comments.push(old(1, other));
    expect(await post(server, 'mine')).toMatchObject({ action: 'created' });
    expect(server.comments.map(({ body }) => body)).toEqual([old(1).body, `${marker}\nmine`]);
  });

  it('is made anew where somebody removed it while it was to be updated', async () => {
    const server = await gitHubServer();
    server.comments.push(old(1));
    server.meanwhile.push(() => server.comments.pop());
    expect(await post(server, 'mine')).toMatchObject({ action: 'created' });
    expect(server.comments).toHaveLength(1);
  });

  it('survives three failures of the server in a row, and not more', async () => {
    const server = await gitHubServer();
    const answer = { status: 500, message: 'oops' };
    server.instead.push(...failing('issues/list-comments', answer, 3));
    expect(await post(server, 'one')).toMatchObject({ action: 'created' });
    server.instead.push(...failing('issues/list-comments', answer, 4));
    await expect(post(server, 'two')).rejects.toThrow(/PUBLISH_FAILED .* answered 500: oops/);
  });

  it('waits for a rate limit that is soon over', async () => {
    const server = await gitHubServer();
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 2),
    };
    const answer = { status: 403, message: 'API rate limit exceeded', headers };
    server.instead.push({ operation: 'issues/list-comments', answer });
    expect(await post(server, 'one')).toMatchObject({ action: 'created' });
  });

  it('gives up before a rate limit that lasts', async () => {
    const server = await gitHubServer();
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3000),
    };
    const answer = { status: 403, message: 'API rate limit exceeded', headers };
    server.instead.push({ operation: 'issues/list-comments', answer });
    await expect(post(server, 'one')).rejects.toThrow(/PUBLISH_RATE_LIMITED/);
  });

  it.each([
    [401, 'Bad credentials', 'PUBLISH_TOKEN_REFUSED'],
    [403, 'Resource not accessible by integration', 'PUBLISH_FORBIDDEN'],
    [404, 'Not Found', 'PUBLISH_NOT_FOUND'],
    [422, `Validation Failed ${token}`, 'PUBLISH_REFUSED'],
  ])('says after %i what can be done, at once and without the token', async (status, message, code) => {
    const server = await gitHubServer();
    server.instead.push({ operation: 'issues/create-comment', answer: { status, message } });
    const error = await post(server, 'one').catch((thrown: unknown) => String(thrown));
    expect(error).toContain(code);
    expect(error).not.toContain(token);
    expect(server.calls).toEqual(['issues/list-comments', 'issues/create-comment']);
  });

  it('says that there is no server', async () => {
    const target = { ...targetOf(await gitHubServer()), api: 'http://127.0.0.1:9' };
    await expect(postToGitHub(target, { marker, body: marker }, patience)).rejects.toThrow(
      /PUBLISH_UNREACHABLE/,
    );
  });
});

const environmentOf = async ({ api }: GitHubServer, event: object) => ({
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: 'ann/faces',
  GITHUB_TOKEN: token,
  GITHUB_EVENT_PATH: `${await temporaryProject({ 'event.json': JSON.stringify(event) })}/event.json`,
});

describe('the pull request to comment on', () => {
  it('is that of the event', async () => {
    const server = await gitHubServer();
    const environment = await environmentOf(server, { pull_request: { number: 3 } });
    expect(await gitHubTarget(environment, undefined)).toMatchObject({ pullRequest: 3, owner: 'ann' });
  });

  it('is, after a run of a fork, the one whose head is the commit that ran', async () => {
    const server = await gitHubServer();
    const label = 'ben:better';
    server.pulls.push({ number: 4, head: { sha: 'old', label } }, { number: 5, head: { sha: 'abc', label } });
    const workflow_run = {
      head_sha: 'abc',
      head_branch: 'better',
      head_repository: { owner: { login: 'ben' } },
    };
    expect(await gitHubTarget(await environmentOf(server, { workflow_run }), undefined)).toMatchObject({
      pullRequest: 5,
    });
    const gone = { workflow_run: { ...workflow_run, head_sha: 'def' } };
    expect(await gitHubTarget(await environmentOf(server, gone), undefined)).toBeUndefined();
    const deleted = { workflow_run: { ...workflow_run, head_repository: null } };
    expect(await gitHubTarget(await environmentOf(server, deleted), undefined)).toBeUndefined();
    expect(server.faults).toEqual([]);
  });

  it('needs a token from the environment', async () => {
    await expect(gitHubTarget({ GITHUB_REPOSITORY: 'ann/faces' }, 3)).rejects.toThrow(
      /PUBLISH_TOKEN_MISSING/,
    );
  });
});
