/**
 * One holder at a time for a piece of work, over processes and hosts. A lock is a folder that holds one file, named by
 * its holder: taking it is the renaming of a prepared folder onto the lock's place, which succeeds only where there is
 * none or an empty one. A dead holder's file is removed by its own name, so nobody can remove a living holder's lock.
 */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdir,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { readStoredText } from './stored-file.ts';
import { attempt, isCode, isSystemError } from './system-error.ts';
import { removeFile } from './whole-file.ts';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface Lock {
  release(): void;
}

export type LockAttempt =
  { readonly kind: 'taken'; readonly lock: Lock } | { readonly kind: 'held'; readonly holder: Holder };

/** Waits while somebody else holds it; `onHeld` is told of each holder once. */
export async function takeLock(
  folder: string,
  name: string,
  { signal, onHeld }: { readonly signal: AbortSignal; readonly onHeld: (holder: Holder) => void },
): Promise<Lock> {
  let told: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const attempt = tryLock(folder, name);
    if (attempt.kind === 'taken') return attempt.lock;
    if (attempt.holder.since !== told) onHeld(attempt.holder);
    told = attempt.holder.since;
    await delay(100, undefined, { signal });
  }
}

let own: Pick<LockRecord, 'started' | 'numbering'> | undefined;

export function tryLock(folder: string, name: string): LockAttempt {
  const place = join(folder, name);
  const id = randomUUID();
  const prepared = join(folder, `.${id}`);
  const record: LockRecord = {
    pid: process.pid,
    host: hostname(),
    since: Date.now(),
    ...(own ??= { started: processStart(process.pid) ?? null, numbering: ownNumbering() }),
  };
  let isTaken = false;
  try {
    mkdirSync(prepared, { recursive: true });
    writeFileSync(join(prepared, id), JSON.stringify(record));
    letAllRead(join(prepared, id), 0o044);
    letAllRead(prepared, 0o055);
    for (;;) {
      isTaken = renamed(prepared, place);
      if (isTaken) return { kind: 'taken', lock: lockAt(place, id) };
      const holder = holderOf(place, remove);
      if (holder !== undefined) return { kind: 'held', holder };
    }
  } finally {
    if (!isTaken) attempt(() => rmSync(prepared, { recursive: true, force: true }));
  }
}

/** Whatever its user hides from others: who cannot look into a lock cannot tell whether its holder lives. */
function letAllRead(path: string, bits: number): void {
  const { mode } = statSync(path);
  if ((mode & bits) !== bits) chmodSync(path, (mode & 0o777) | bits);
}

/** Who has it now; what a dead holder left is removed. Throws what the system says of a lock that cannot be looked into. */
export function holderOfLock(folder: string, name: string): Holder | undefined {
  const place = join(folder, name);
  // Who may not remove what a dead holder left can still tell that it is dead.
  const holder = holderOf(place, (file) => attempt(() => remove(file)));
  if (holder === undefined) removeIfEmpty(place);
  return holder;
}

interface LockRecord extends Holder {
  /** When the process was started, in the kernel's ticks: a new process may have the number of a dead one. */
  readonly started: string | null;
  /** Among which processes its number is its own: a container may have numbers of its own and the name of its host. */
  readonly numbering?: string | null;
}

/** Who cannot look for the process, on another host or in another container, goes by the time of the holder's file. */
const heartbeatMilliseconds = 20_000;
const silentAfterMilliseconds = 300_000;

function lockAt(place: string, id: string): Lock {
  const file = join(place, id);
  const heartbeat = setInterval(() => touch(file), heartbeatMilliseconds).unref();
  return {
    release() {
      clearInterval(heartbeat);
      attempt(() => unlinkSync(file));
      removeIfEmpty(place);
    },
  };
}

function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    // What is no folder is no lock.
    if (isCode(error, 'ENOTDIR') && removeFile(to)) return false;
    if (isCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

/** The living holder; `onDead` is told of the file of a dead one. */
function holderOf(place: string, onDead: (file: string) => void): Holder | undefined {
  for (const id of filesIn(place)) {
    const file = join(place, id);
    const record = readRecord(file);
    if (record !== undefined && isAlive(record, file)) {
      return { pid: record.pid, host: record.host, since: record.since };
    }
    onDead(file);
  }
  return undefined;
}

function isAlive({ pid, host, started, numbering }: LockRecord, file: string): boolean {
  if (host !== hostname() || (numbering ?? ownNumbering()) !== ownNumbering()) return showsLife(file);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  if (started === null) return true;
  const found = processStart(pid);
  // Some systems hide the processes of other users.
  return found === undefined ? showsLife(file) : found === started;
}

const showsLife = (file: string): boolean => Math.abs(Date.now() - modified(file)) < silentAfterMilliseconds;

/** Field 22 of `/proc/PID/stat`; undefined where there is no such file. A zombie counts as dead. */
function processStart(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : fields[19];
}

/** Null where the system has one for all. */
const ownNumbering = (): string | null => attempt(() => readlinkSync('/proc/self/ns/pid')) ?? null;

function readRecord(file: string): LockRecord | undefined {
  try {
    const record = JSON.parse(readStoredText(file)) as unknown;
    return isRecord(record) ? record : undefined;
  } catch (error) {
    // It may be a living holder's all the same.
    if (isSystemError(error) && !isCode(error, ...neverWritten)) throw error;
    return undefined;
  }
}

/** Nothing, a link, a folder or a socket is there. */
const neverWritten = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO'];

const remove = (file: string): void => rmSync(file, { force: true, recursive: true });

function filesIn(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Anything may have been written there. */
function isRecord(record: unknown): record is LockRecord {
  if (typeof record !== 'object' || record === null) return false;
  const { pid, host, since, started, numbering } = record as Partial<Record<keyof LockRecord, unknown>>;
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    (pid as number) < 2 ** 31 &&
    typeof host === 'string' &&
    typeof since === 'number' &&
    (started === null || typeof started === 'string') &&
    (numbering === undefined || numbering === null || typeof numbering === 'string')
  );
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Released or removed meanwhile.
  }
}

/** Not waited for: it can take milliseconds, and an empty folder is as good as none. It fails where the next holder is in already. */
function removeIfEmpty(folder: string): void {
  rmdir(folder, () => undefined);
}
