/** The calls of the system by which a command touches its store: found by following it once with strace. */
import { readFileSync, rmSync } from 'node:fs';

import { ended } from './command.ts';

/** The `when`-th call of that name of a thread. */
export interface Call {
  readonly name: string;
  readonly when: number;
}

const followed =
  '?rename,?renameat,?renameat2,?open,openat,?mkdir,mkdirat,?rmdir,?unlink,unlinkat,?link,linkat,write,writev,pwrite64,pwritev,' +
  'read,pread64,fsync,fdatasync,ftruncate,?chmod,fchmod,?fchmodat,?lstat,?stat,statx,newfstatat,getdents64,?access,?faccessat2,' +
  'readlinkat,?readlink,utimensat,copy_file_range,close,fstat';

/** `folder` is a project that the command may change. */
export async function callsOf(folder: string, command: readonly string[]): Promise<readonly Call[]> {
  // Beside the project: what is written in it wakes the runner, which watches its folders.
  const report = `${folder}.calls.txt`;
  // Where it ends badly, each trial says so.
  await ended(folder, [
    'strace',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-y',
    '-s',
    '256',
    '-e',
    'signal=none',
    '-e',
    `trace=${followed}`,
    '-o',
    report,
    ...command,
  ]);
  const counts = new Map<string, number>();
  const calls = new Map<string, Call>();
  for (const line of readFileSync(report, 'latin1').split('\n')) {
    const [, thread, name, rest = ''] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? [];
    if (thread === undefined || name === undefined) continue;
    const when = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, when);
    if (rest.includes('/artifacts')) calls.set(`${name} ${when}`, { name, when });
  }
  rmSync(report);
  return [...calls.values()];
}
