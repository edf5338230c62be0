/**
 * Ends the processes of a stage that has ended itself: those that left its process group (`setsid`, a double fork) would write
 * on while its output is digested.
 *
 * They are known by what they were given, the tether in their environment, or the paths of the stage's folders there or among their
 * arguments, and by what they hold: a file that they write there, open or mapped, a working folder, the stage's output streams. Linux alone tells this of
 * processes, in `/proc`; elsewhere none is found. What cleared all of it and comes back later by a path that it keeps to itself is not found either.
 */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { namesIn } from '../../store/names-in.ts';

export interface StageTraces {
  /** The number of the stage's first process, its process group and its session. */
  readonly child: number;
  /** When it was started: see `startOf`. */
  readonly childStart: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** `NAME=VALUE`, in the environment of this stage's processes alone. */
  readonly tether: string;
  /** Folders that nobody else writes to. */
  readonly folders: readonly string[];
  /** What the child was given to write to: see `streamsOf`. */
  readonly streams: readonly string[];
}

export interface LeftProcess {
  readonly pid: number;
  /** Its program with its arguments. */
  readonly command: string;
  /** It could not be ended. */
  readonly isRunning: boolean;
}

const patienceMilliseconds = 5000;

/** Resolves when none of them runs any more. Those of the group, which was killed, are waited for and not told. */
export async function endLeftRunning(traces: StageTraces): Promise<readonly LeftProcess[]> {
  const found = new Map<number, string>();
  const endBy = Date.now() + patienceMilliseconds;
  for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
    const running = leftRunning(traces);
    const isOver = running.length === 0 || Date.now() > endBy;
    for (const { pid, isOfGroup } of running) {
      if (!isOfGroup || isOver) found.set(pid, found.get(pid) ?? commandOf(pid));
      kill(pid);
    }
    if (isOver) {
      const pids = new Set(running.map(({ pid }) => pid));
      return [...found].map(([pid, command]) => ({ pid, command, isRunning: pids.has(pid) }));
    }
    await delay(pause);
  }
}

/** The sockets of a child that was just started: Node makes some for the output of each. That to the watcher is this process's own too. */
export const streamsOf = (child: number | 'self'): readonly string[] =>
  namesIn(`/proc/${child}/fd`)
    .map((descriptor) => linkAt(`/proc/${child}/fd/${descriptor}`) ?? '')
    .filter((target) => target.startsWith('socket:'));

/** In the kernel's ticks since it was started itself; NaN where there is no such process. */
export const startOf = (pid: number): number => statOf(pid).start;

interface Running {
  readonly pid: number;
  readonly isOfGroup: boolean;
}

function leftRunning(traces: StageTraces): readonly Running[] {
  const pids = startedSince(traces);
  if (pids.length === 0) return [];
  const own = new Set(streamsOf('self'));
  const known = { ...traces, streams: traces.streams.filter((stream) => !own.has(stream)) };
  return pids.flatMap((pid): Running[] => {
    const { state, group, session, terminal } = statOf(pid);
    if (state === undefined || 'ZXx'.includes(state) || pid === process.pid) return [];
    const environment = textOf(`/proc/${pid}/environ`);
    // A person who looks at the folder meanwhile has a terminal, or a session from before.
    const mayBeOurs = terminal === 0 && isSessionSince(traces, session);
    const isOurs =
      environment.includes(`${traces.tether}\0`) || (mayBeOurs && hasTraces(pid, environment, known));
    return isOurs && isProcess(pid) ? [{ pid, isOfGroup: group === traces.child }] : [];
  });
}

/** Numbers begin anew some day, so the time says it, unless the session's first process has ended. */
function isSessionSince({ child, childStart }: StageTraces, session: number): boolean {
  const start = startOf(session);
  return Number.isNaN(start) ? session >= child : start >= childStart;
}

function hasTraces(pid: number, environment: string, { folders, streams }: StageTraces): boolean {
  const words = environment + textOf(`/proc/${pid}/cmdline`);
  const isBelow = (path: string): boolean =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  if (folders.some((folder) => words.includes(Buffer.from(folder).toString('latin1')))) return true;
  if (isBelow(linkAt(`/proc/${pid}/cwd`) ?? '') || mappedBy(pid).some(isBelow)) return true;
  return namesIn(`/proc/${pid}/fd`).some((descriptor) => {
    const target = linkAt(`/proc/${pid}/fd/${descriptor}`) ?? '';
    return streams.includes(target) || (isBelow(target) && isWriting(pid, descriptor));
  });
}

/** Files that it writes to as memory; they need not be open any more. */
const mappedBy = (pid: number): readonly string[] =>
  [...textOf(`/proc/${pid}/maps`).matchAll(/^\S+ .w.s \S+ \S+ \d+ +(\/.*)$/gm)].map(([, path]) =>
    Buffer.from(path as string, 'latin1').toString(),
  );

const accessMode = 3;

function isWriting(pid: number, descriptor: string): boolean {
  const [, flags = '0'] = /^flags:\s*(\d+)/m.exec(textOf(`/proc/${pid}/fdinfo/${descriptor}`)) ?? [];
  return (Number.parseInt(flags, 8) & accessMode) !== 0;
}

/** Above this time the numbers may have begun anew, more than once. */
const longStageMilliseconds = 60_000;
/** So few are asked for one by one: that is quicker than a list of all processes. */
const fewProcesses = 512;

/** Numbers of processes that may have been started after the child, which the system numbers in turn. */
function startedSince({ child, startedAt }: StageTraces): readonly number[] {
  const last = Number(textOf('/proc/loadavg').trim().split(' ').at(-1));
  const isInTurn = last >= child && Date.now() - startedAt < longStageMilliseconds;
  if (!isInTurn) return namesIn('/proc').filter(isNumber).map(Number);
  if (last - child > fewProcesses)
    return namesIn('/proc')
      .filter(isNumber)
      .map(Number)
      .filter((pid) => pid > child && pid <= last);
  return Array.from({ length: last - child }, (_, index) => child + 1 + index).filter((pid) =>
    existsSync(`/proc/${pid}`),
  );
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

interface ProcessStat {
  /** Undefined where it has ended. */
  readonly state: string | undefined;
  readonly group: number;
  readonly session: number;
  /** 0 without one. */
  readonly terminal: number;
  readonly start: number;
}

/** Fields 3 to 22 of `/proc/PID/stat`; the name before them may hold anything. */
function statOf(pid: number): ProcessStat {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session, terminal] = fields;
  return {
    state: state === '' ? undefined : state,
    group: Number(group),
    session: Number(session),
    terminal: Number(terminal),
    start: Number(fields[19]),
  };
}

/** A thread has a number there too. */
const isProcess = (pid: number): boolean =>
  Number(/^Tgid:\s*(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? pid) === pid;

const longestCommand = 100;

const commandOf = (pid: number): string =>
  textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, longestCommand);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or is somebody else's.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
