/** The files that a process and all it starts open, by `strace`: what no declaration and no hook can hide. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import type { FileAccess } from '../../graph/plan.ts';

/** Where `strace` is found on the way of programs, if it is. */
export function findTracer(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'strace'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * `command` below the tracer, which writes to `report` and ends as the command does. Only opening is looked at. The shell
 * between is there because the tracer waits for every child it has, and the process it takes the place of may have some.
 */
export function traced(
  tracer: string,
  report: string,
  command: readonly string[],
): readonly [string, ...string[]] {
  const calls = 'trace=open,openat,openat2,creat,execve';
  const quiet = ['-f', '-qq', '-y', '-s', '4096', '--seccomp-bpf', '-e', 'signal=none'];
  const asItEnds = '"$@"; end=$?; [ $end -le 128 ] || kill -$((end - 128)) $$; exit $end';
  return ['/bin/sh', '-c', asItEnds, 'sh', tracer, ...quiet, '-e', calls, '-o', report, '--', ...command];
}

/** Folders are left out: their names cannot be told from a search. Paths of `execve` are relative to `root`. */
export function readTrace(report: string, root: string): readonly FileAccess[] {
  const begun = new Map<string, string>();
  return readFileSync(report, 'utf8')
    .split('\n')
    .flatMap((line) => {
      // Calls of several processes run into one another: `openat(... <unfinished ...>`, `<... openat resumed>) = 3`.
      const [, process = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
      if (call.endsWith(' <unfinished ...>')) begun.set(process, call.slice(0, -' <unfinished ...>'.length));
      if (!call.startsWith('<... ')) return accessIn(call, root);
      return accessIn(`${begun.get(process) ?? ''}${call.replace(/^<\.\.\. \w+ resumed>/, '')}`, root);
    });
}

function accessIn(call: string, root: string): readonly FileAccess[] {
  const [, opened] = /= \d+<(.*)>$/.exec(call) ?? [];
  if (opened !== undefined && !call.includes('O_DIRECTORY') && opened.startsWith('/')) {
    const how = /O_WRONLY|O_RDWR|O_CREAT|^creat\(/.test(call) ? 'written' : 'read';
    return [{ path: plain(opened), how }];
  }
  const [, started] = /^execve\("((?:[^"\\]|\\.)*)".* = 0$/.exec(call) ?? [];
  return started === undefined ? [] : [{ path: resolve(root, plain(started)), how: 'read' }];
}

/** Bytes that are not plain letters come as `\303\244`. */
function plain(text: string): string {
  const bytes = text.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' }[code] ?? code;
  });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
