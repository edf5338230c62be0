import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { gitLabTarget } from '../../../src/report/publishing/destination.ts';
import { postToGitLab } from '../../../src/report/publishing/gitlab.ts';

const marker = '<!-- pipe: tests / default -->';
const token = 'glpat-secret';
const patience = { pause: 5, longestWait: 1 };

/** Notes of merge request 4 of project 12; `statuses` are answered first. */
async function gitLab(statuses: number[] = []) {
  const notes: { id: number; body: string }[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(`${request.method} ${request.url} ${String(request.headers['private-token'])}`);
      const status = statuses.shift();
      if (status !== undefined) {
        response.writeHead(status).end(`no, ${token}`);
        return;
      }
      const text = Buffer.concat(chunks).toString('utf8');
      const { body = '' } = (text === '' ? {} : JSON.parse(text)) as { body?: string };
      if (request.method === 'POST') notes.push({ id: notes.length + 1, body });
      if (request.method === 'PUT') notes[Number(request.url?.split('/').at(-1)) - 1] = { id: 1, body };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(notes));
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
    post: (text: string) => postToGitLab(target, { marker, body: `${marker}\n${text}` }, patience),
  };
}

describe('a note on GitLab', () => {
  it('is created once and then updated', async () => {
    const { notes, calls, post } = await gitLab();
    expect(await post('one')).toMatchObject({ action: 'created' });
    expect(await post('two')).toMatchObject({ action: 'updated' });
    expect(notes).toEqual([{ id: 1, body: `${marker}\ntwo` }]);
    const path = '/api/v4/projects/12/merge_requests/4/notes';
    expect(calls).toEqual([
      `GET ${path}?per_page=100&page=1 ${token}`,
      `POST ${path} ${token}`,
      `GET ${path}?per_page=100&page=1 ${token}`,
      `PUT ${path}/1 ${token}`,
    ]);
  });

  it('survives a failure of the server, and says what it may not do without the token', async () => {
    const { post } = await gitLab([500, 429]);
    expect(await post('one')).toMatchObject({ action: 'created' });
    const refused = await gitLab([403]);
    const error = await refused.post('one').catch((thrown: unknown) => String(thrown));
    expect(error).toContain('PUBLISH_FORBIDDEN');
    expect(error).not.toContain(token);
  });
});
