/**
 * A child process that cannot outlive this one, nor leave children of its own behind.
 *
 * It leads a process group. A watcher in the group reads from a pipe whose other end only this process has: when this
 * process is gone, however it ended, the pipe closes and the watcher kills the group. What has left the group (`setsid`)
 * is known by a variable in its environment, and killed too unless it has cleared that.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import type { StageMessage, StageTask } from './message.ts';

export interface ChildOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted: the group is asked to end (SIGTERM) and, when it does not within the grace, killed. */
  readonly signal: AbortSignal;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** With it the child gets a channel for messages. */
  readonly conversation?: {
    readonly first: StageTask;
    onMessage(message: StageMessage): void;
  };
}

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const graceMilliseconds = 5000;
const patienceMilliseconds = 2000;

/** `$@` is the command. Descriptor 3 is the pipe, 4 the channel for messages, which must close with the command. */
const tether = `(trap '' TERM INT HUP; exec 4<&-; read -r _ <&3
read -r self _ </proc/self/stat
for file in $(grep -ls "PIPE_TETHER=$PIPE_TETHER" /proc/[0-9]*/environ); do
  file=\${file%/environ}
  [ "$file" = "/proc/$self" ] || kill -9 "\${file#/proc/}"
done
kill -9 0) </dev/null >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

/** Resolves when the child has ended and all its output was told. */
export async function runTethered(options: ChildOptions): Promise<ChildEnd> {
  // Loaded here: a run that finds everything done starts no process.
  const { execa } = await import('execa');
  const { command, cwd, signal, conversation } = options;
  const tetherId = randomUUID();
  const env = { ...options.env, PIPE_TETHER: tetherId };
  const child = execa('/bin/sh', ['-c', tether, 'sh', ...command], {
    cwd,
    env,
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ipc: conversation !== undefined,
    serialization: 'advanced',
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const group = child.pid;
  // Comes after the last message and the last line.
  const closed = new Promise((resolve) => child.once('close', resolve));
  const lines = Promise.all([tellLines(child, options, 'stdout'), tellLines(child, options, 'stderr')]);
  if (conversation !== undefined) {
    child.on('message', (message) => conversation.onMessage(message as unknown as StageMessage));
    child.send(conversation.first, () => undefined);
  }

  let killer: NodeJS.Timeout | undefined;
  let strays: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    killGroup(group, 'SIGTERM');
    killer = setTimeout(() => killGroup(group, 'SIGKILL'), graceMilliseconds);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  // The watcher, and whatever the command left running.
  child.once('exit', () => {
    killGroup(group, 'SIGKILL');
    if (signal.aborted) killTethered(tetherId);
    // Somebody who has left the group holds the output open.
    else strays = setTimeout(() => killTethered(tetherId), patienceMilliseconds);
  });

  const result = await child;
  if (group === undefined) throw new Error(`/bin/sh cannot be started: ${result.originalMessage ?? ''}`);
  await lines;
  await closed;
  clearTimeout(killer);
  clearTimeout(strays);
  signal.removeEventListener('abort', interrupt);
  return { exitCode: result.exitCode ?? null, signal: result.signal ?? null };
}

interface LineSource {
  iterable(options: { readonly from: 'stdout' | 'stderr' }): AsyncIterable<unknown>;
}

async function tellLines(
  child: LineSource,
  { onLine }: ChildOptions,
  stream: 'stdout' | 'stderr',
): Promise<void> {
  try {
    for await (const line of child.iterable({ from: stream })) onLine(stream, String(line));
  } catch {
    // How the child ended is told by its result.
  }
}

function killGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}

/** Every process that was started with this tether. Where there is no `/proc`, none is found. */
function killTethered(id: string): void {
  for (const pid of processes()) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`PIPE_TETHER=${id}`))
        process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}
