/** Questions to git. Nothing is fetched, nobody is asked for a password, and no lock is taken for them. */
import { execa } from 'execa';

import { repositoryUnreadable } from './unreadable.ts';

type Answer =
  { readonly ok: true; readonly output: Buffer } | { readonly ok: false; readonly reason: string };

/** The output as bytes. Throws a `FailureError`, `GIT_UNREADABLE`. */
export type Ask = (args: readonly string[], input?: string) => Promise<Buffer>;

export const askIn =
  (root: string): Ask =>
  async (args, input) => {
    const answer = await git(root, args, input);
    if (answer.ok) return answer.output;
    throw repositoryUnreadable(root, answer.reason);
  };

export async function git(cwd: string, args: readonly string[], input = ''): Promise<Answer> {
  const { failed, stdout, stderr, shortMessage } = await execa('git', args, {
    cwd,
    input,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
    env: { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' },
  });
  if (!failed) return { ok: true, output: Buffer.from(stdout) };
  const said = stderr === undefined ? '' : Buffer.from(stderr).toString('utf8').trim();
  return { ok: false, reason: said === '' ? String(shortMessage) : (said.split('\n')[0] as string) };
}

export const lineOf = (output: Buffer): string => output.toString('utf8').replace(/\n$/, '');

export const linesOf = (output: Buffer): readonly string[] =>
  output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
