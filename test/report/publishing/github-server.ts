/** A server on this machine that takes what GitHub's OpenAPI description says, and remembers. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { onTestFinished } from 'vitest';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody: object | null;
}

const { operations } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/publishing/github-openapi.json'), 'utf8'),
) as { operations: readonly Operation[] };
const ajv = new Ajv({ strict: false, coerceTypes: true, validateFormats: false });

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message: string;
}

interface User {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export const actions: User = { login: 'github-actions[bot]', type: 'Bot' };

export interface GitHubServer {
  readonly api: string;
  readonly comments: { id: number; body: string; user: User | null }[];
  /** Who a token is of: a job's may not ask, and writes as `github-actions[bot]`. */
  readonly users: Map<string, User>;
  readonly pulls: { number: number; head: { sha: string; label: string } }[];
  /** `issues/create-comment`, in the order in which they came. */
  readonly calls: string[];
  /** Why requests were not by the description. */
  readonly faults: string[];
  /** What is said in place of the usual answer, first come first served; `after`: once it is done all the same. */
  readonly instead: { readonly operation: string; readonly answer: Answer; readonly after?: boolean }[];
  /** What somebody else does once the comments were listed, each once. */
  readonly meanwhile: (() => void)[];
  /** Headers of authorization. */
  readonly tokens: Set<string | undefined>;
}

export async function gitHubServer(): Promise<GitHubServer> {
  const state = {
    comments: [],
    pulls: [],
    calls: [],
    faults: [],
    instead: [],
    tokens: new Set<string | undefined>(),
    users: new Map<string, User>(),
    meanwhile: [],
  };
  const server = createServer((request, response) => {
    void answer(request, response, { ...state, api: `http://${request.headers.host ?? ''}` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ...state, api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  server: GitHubServer,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await readBody(request);
  const found = operations
    .map((operation) => match(operation, request.method, url.pathname))
    .find((m) => m !== undefined);
  const send = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(value === undefined ? '' : JSON.stringify(value));
  };
  server.tokens.add(request.headers.authorization);
  if (found === undefined) {
    server.faults.push(`no operation ${request.method} ${url.pathname}`);
    send(404, { message: 'Not Found' });
    return;
  }
  const { operation, path } = found;
  const id = operation.operationId;
  server.calls.push(id);
  check(server, operation, { ...path, ...Object.fromEntries(url.searchParams) }, body);
  const at = server.instead.findIndex((each) => each.operation === id);
  const [instead] = at === -1 ? [] : server.instead.splice(at, 1);
  const me = server.users.get(request.headers.authorization ?? '');
  const usual =
    instead === undefined || instead.after === true ? act(server, id, path, url, body, me) : undefined;
  if (id === 'issues/list-comments') server.meanwhile.shift()?.();
  if (instead === undefined) send(usual?.status ?? 404, usual?.value, linkTo(server, id, url));
  else send(instead.answer.status, { message: instead.answer.message }, instead.answer.headers);
}

/** More pages follow: as GitHub says it. */
function linkTo({ api, comments }: GitHubServer, operation: string, url: URL): Record<string, string> {
  const page = Number(url.searchParams.get('page') ?? '1');
  if (operation !== 'issues/list-comments' || page * 100 >= comments.length) return {};
  return { link: `<${api}${url.pathname}?per_page=100&page=${page + 1}>; rel="next"` };
}

function act(
  { comments, pulls }: GitHubServer,
  operation: string,
  path: Readonly<Record<string, string>>,
  url: URL,
  body: { readonly body?: string },
  me: User | undefined,
): { status: number; value: unknown } {
  const page = Number(url.searchParams.get('page') ?? '1');
  const size = Number(url.searchParams.get('per_page') ?? '30');
  switch (operation) {
    case 'issues/list-comments':
      return { status: 200, value: structuredClone(comments.slice((page - 1) * size, page * size)) };
    case 'issues/create-comment': {
      const comment = {
        id: 1000 + comments.length,
        body: body.body ?? '',
        user: me ?? actions,
        html_url: 'https://example.org/c',
      };
      comments.push(comment);
      return { status: 201, value: comment };
    }
    case 'issues/update-comment': {
      const comment = comments.find(({ id }) => id === Number(path['comment_id']));
      if (comment === undefined) return { status: 404, value: { message: 'Not Found' } };
      if (comment.user?.login !== (me ?? actions).login)
        return { status: 403, value: { message: 'Must have admin rights to Repository.' } };
      comment.body = body.body ?? '';
      return { status: 200, value: { ...comment, html_url: 'https://example.org/c' } };
    }
    case 'issues/delete-comment': {
      const at = comments.findIndex(({ id }) => id === Number(path['comment_id']));
      if (at === -1) return { status: 404, value: { message: 'Not Found' } };
      comments.splice(at, 1);
      return { status: 204, value: undefined };
    }
    case 'users/get-authenticated':
      return me === undefined
        ? { status: 403, value: { message: 'Resource not accessible by integration' } }
        : { status: 200, value: me };
    default:
      return { status: 200, value: pulls.filter(({ head }) => head.label === url.searchParams.get('head')) };
  }
}

function check(
  { faults }: GitHubServer,
  { operationId, parameters, requestBody }: Operation,
  given: Readonly<Record<string, string>>,
  body: object,
): void {
  for (const name of Object.keys(given))
    if (!parameters.some((parameter) => parameter.name === name))
      faults.push(`${operationId}: unknown ${name}`);
  for (const { name, required, schema } of parameters) {
    const value = given[name];
    if (value === undefined && required) faults.push(`${operationId}: ${name} is missing`);
    if (value !== undefined && !ajv.validate({ type: 'object', properties: { value: schema } }, { value }))
      faults.push(`${operationId}: ${name} ${ajv.errorsText()}`);
  }
  if (requestBody !== null && !ajv.validate(requestBody, body))
    faults.push(`${operationId}: ${ajv.errorsText()}`);
}

function match(operation: Operation, method: string | undefined, pathname: string) {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const pattern = new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  const values = pattern.exec(pathname);
  if (values === null || operation.method.toUpperCase() !== method) return undefined;
  return { operation, path: Object.fromEntries(names.map((name, i) => [name, values[i + 1] ?? ''])) };
}

async function readBody(request: IncomingMessage): Promise<{ readonly body?: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as { body?: string });
}
