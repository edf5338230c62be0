/**
 * A child process that cannot outlive this one, nor leave children of its own behind.
 *
 * It leads a process group that the watcher knows before the command begins: the child's shell tells it first of all. When it has
 * ended, the group is killed, and with it what has left the group.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';

import { endLeftRunning, startOf, streamsOf, type LeftProcess } from './left-running.ts';
import type { StageMessage, StageTask } from './message.ts';
import { notStarted } from './not-started.ts';
import { openWatcher } from './watcher.ts';

export interface ChildOptions {
  readonly command: ChildCommand;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Nobody else writes to these: who does so still when the command has ended is ended too. */
  readonly folders: readonly string[];
  /** Aborted: the group is asked to end (SIGTERM) and, when it does not within the grace, killed. */
  readonly signal: AbortSignal;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** With it the child gets a channel for messages. */
  readonly conversation?: {
    readonly first: StageTask;
    onMessage(message: StageMessage): void;
  };
}

/** A program with its arguments, or a text for the shell. */
export type ChildCommand =
  | { readonly kind: 'program'; readonly words: readonly [program: string, ...args: string[]] }
  | { readonly kind: 'shell'; readonly text: string };

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** With the processes that had left its group and went on. */
interface TetheredEnd extends ChildEnd {
  readonly left: readonly LeftProcess[];
}

const graceMilliseconds = 5000;
const patienceMilliseconds = 2000;

/** Common to all children of this process. */
const tether = randomUUID();
let children = 0;

/** Descriptor 3 is the way to the watcher, closed before the command begins; a watcher that was just killed hears nothing. */
const watched = 'trap "" PIPE; echo "+ $$" >&3 2>/dev/null; trap - PIPE; exec 3>&-;';

/** Resolves when the child and all that it started have ended, and all its output was told. */
export async function runTethered(options: ChildOptions): Promise<TetheredEnd> {
  const { signal, conversation, folders } = options;
  const startedAt = Date.now();
  const tetherOfChild = `${tether}-${children++}`;
  const watcher = openWatcher(tether);
  const child = start(options, tetherOfChild, watcher.input);
  const ended = endOf(child);
  if (child.pid === undefined) return { ...(await ended), left: [] };
  tellLines(child.stdout, 'stdout', options);
  tellLines(child.stderr, 'stderr', options);
  const group = child.pid;

  watcher.add(group);
  if (conversation !== undefined) {
    child.on('message', (message) => conversation.onMessage(message as StageMessage));
    child.send(conversation.first, () => undefined);
  }

  const [childStart, streams] = [startOf(group), streamsOf(group)];
  let killer: NodeJS.Timeout | undefined;
  let deaf: NodeJS.Timeout | undefined;
  let left: Promise<readonly LeftProcess[]> = Promise.resolve([]);
  const interrupt = (): void => {
    killGroup(group, 'SIGTERM');
    killer = setTimeout(() => killGroup(group, 'SIGKILL'), graceMilliseconds);
  };
  const endRest = async (): Promise<readonly LeftProcess[]> => {
    const tether = `PIPE_TETHER=${tetherOfChild}`;
    const found = await endLeftRunning({ child: group, childStart, startedAt, tether, folders, streams });
    // Somebody who could not be found or ended may hold the output open.
    deaf = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, patienceMilliseconds);
    return found;
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  // Whatever the command left running.
  child.once('exit', () => {
    killGroup(group, 'SIGKILL');
    watcher.remove(group);
    left = endRest();
  });

  try {
    return { ...(await ended), left: await left };
  } finally {
    clearTimeout(killer);
    clearTimeout(deaf);
    signal.removeEventListener('abort', interrupt);
  }
}

function start(
  { command, cwd, env, conversation }: ChildOptions,
  tetherOfChild: string,
  watcher: Writable,
): ChildProcess {
  const args =
    command.kind === 'shell'
      ? ['-c', `${watched} ${command.text}`]
      : ['-c', `${watched} exec "$@"`, 'sh', ...command.words];
  return spawn('/bin/sh', args, {
    cwd,
    env: { ...env, PIPE_TETHER: tetherOfChild },
    stdio: ['ignore', 'pipe', 'pipe', watcher, ...(conversation === undefined ? [] : (['ipc'] as const))],
    serialization: 'advanced',
    detached: true,
  });
}

/** Comes after the last message and the last line. */
function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      if (child.pid === undefined) reject(notStarted(error));
    });
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** In UTF-16 units. What is longer is told in pieces: a program that never ends its line must not fill the memory. */
const longestLine = 1 << 16;

function tellLines(output: Readable | null, stream: 'stdout' | 'stderr', { onLine }: ChildOptions): void {
  let partial = '';
  output?.setEncoding('utf8');
  output?.on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onLine(stream, line.replace(/\r$/, ''));
    if (partial.length < longestLine) return;
    onLine(stream, partial);
    partial = '';
  });
  output?.on('end', () => {
    if (partial !== '') onLine(stream, partial);
  });
  output?.on('error', () => undefined);
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}
