/**
 * One small shell beside this process that kills its children when it is gone, however it ended.
 *
 * It reads from a pipe whose other end only this process has, and is told there which process groups there are. When the
 * pipe closes it kills those that are left, and what has left its group but has the tether of this process in its environment.
 */
import { spawn, type ChildProcess } from 'node:child_process';

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

let watcher: ChildProcess | undefined;
const watched = new Set<number>();

/** From when this returns the group does not outlive this process. Returns how to say that it has ended. */
export function watchGroup(group: number, tether: string): () => void {
  watched.add(group);
  if (watcher === undefined || watcher.exitCode !== null || watcher.signalCode !== null) {
    watcher = startWatcher(tether);
    for (const each of watched) tell(watcher, '+', each);
  } else tell(watcher, '+', group);
  return () => {
    watched.delete(group);
    if (watcher !== undefined) tell(watcher, '-', group);
  };
}

/** What fits into a pipe is written at once. */
const tell = ({ stdin }: ChildProcess, sign: '+' | '-', group: number): unknown =>
  stdin?.write(`${sign} ${group}\n`);

/** In a session of its own: Ctrl-C is not for it. It keeps nobody from ending. */
function startWatcher(tether: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script, 'sh', tether], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '' },
    detached: true,
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}
