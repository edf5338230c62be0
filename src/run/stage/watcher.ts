/**
 * One small shell beside this process that kills its children when it is gone, however it ended.
 *
 * It reads from a pipe whose other end this process has, and each child until its command begins, and is told there which
 * process groups there are: by each child that there is one, by this process that there is one no more. When the pipe closes it
 * kills those that are left, and what has left its group but has the tether of this process in its environment.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable } from 'node:stream';

import { notStarted } from './not-started.ts';

/** `$1` is the tether that all children have in common. Its list has each group between spaces. */
const script = `trap '' TERM INT HUP
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
[ "$groups" = ' ' ] && exit
for group in $groups; do kill -9 "-$group"; done
for file in $(grep -ls "PIPE_TETHER=$1" /proc/[0-9]*/environ); do
  file=\${file%/environ}
  kill -9 "\${file#/proc/}"
done`;

export interface Watcher {
  /** Where a child says `+ GROUP` before it does anything else. */
  readonly input: Writable;
  /** The group is told again to the watcher that takes the place of one that was killed. */
  add(group: number): void;
  /** The group has ended. */
  remove(group: number): void;
}

type WatcherProcess = ReturnType<typeof startWatcher>;

let watcher: WatcherProcess | undefined;
const groups = new Set<number>();

export function openWatcher(tether: string): Watcher {
  if (watcher === undefined || watcher.exitCode !== null || watcher.signalCode !== null) {
    watcher = startWatcher(tether);
    for (const each of groups) tell(watcher, '+', each);
    // Somebody killed it while children run.
    watcher.once('exit', (_code, signal) => {
      if (signal !== null && groups.size > 0) openWatcher(tether);
    });
  }
  return {
    input: watcher.stdin,
    add: (group) => void groups.add(group),
    remove(group) {
      groups.delete(group);
      if (watcher !== undefined) tell(watcher, '-', group);
    },
  };
}

/** What fits into a pipe is written at once. */
const tell = ({ stdin }: WatcherProcess, sign: '+' | '-', group: number): unknown =>
  stdin.write(`${sign} ${group}\n`);

/** In a session of its own: Ctrl-C is not for it. It keeps nobody from ending. */
function startWatcher(tether: string): ChildProcessByStdio<Writable, null, null> {
  const child = spawn('/bin/sh', ['-c', script, 'sh', tether], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '' },
    detached: true,
  });
  child.on('error', () => undefined);
  // It could not be started, for want of descriptors or processes; nor can the child then.
  if (child.pid === undefined)
    throw notStarted(Object.assign(new Error('the watcher cannot be started'), { code: 'EMFILE' }));
  child.stdin.on('error', () => undefined);
  child.unref();
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}
