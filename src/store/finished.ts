/**
 * The note that a stage has ended well, by which its output is adopted where saving was cut short. Where the metrics in
 * the output could not be read the work waits for them: somebody may mend the file, or its declaration, and nothing else.
 */
import { createHash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { FailureError } from '../failure.ts';
import { outputKeyOf } from '../graph/key.ts';
import type { Digest } from '../graph/node.ts';
import type { Acceptance, FileAccess, UndeclaredImport } from '../graph/plan.ts';
import type { Metric } from '../stage.ts';
import type { Layout } from './layout.ts';
import { tryLock } from './lock.ts';
import type { Manifest, ManifestTimes } from './manifest.ts';
import { namesIn } from './names-in.ts';
import { wholeMilliseconds } from './own-files.ts';
import { moveAside } from './set-aside.ts';
import { readStoredText } from './stored-file.ts';
import { walk } from './walk.ts';

/** What a stage gives besides its files. */
export interface StageResult {
  readonly metrics: readonly Metric[];
  readonly marks: readonly string[];
  readonly display: string | null;
  readonly times: ManifestTimes;
  /** Where it was not made by this work, but is taken for it. */
  readonly accepted?: Acceptance;
  /** Files that its stage touched without declaring them; absent where there are none. */
  readonly undeclared?: readonly FileAccess[];
  /** Modules that its stage loaded and that the key does not stand for; absent where there are none. */
  readonly imported?: readonly UndeclaredImport[];
}

export interface FinishedStage extends Omit<StageResult, 'metrics'> {
  /** Null where they are in a file of the output and nobody could read it yet. */
  readonly metrics: readonly Metric[] | null;
}

interface Unread {
  /** Relative to the output. */
  readonly file: string;
  /** Other work that would write the same has the same. */
  readonly outputKey: Digest;
}

interface FinishedNote extends FinishedStage {
  /** Of the paths, sizes and times of all files: a power cut may have taken bytes that were never flushed. */
  readonly fingerprint: string;
  /** Where the metrics are null. */
  readonly unread?: Unread;
}

/** The text of the note. */
export function noteOf(result: FinishedStage, output: string, unread?: Unread): string {
  const note: FinishedNote = {
    ...result,
    fingerprint: fingerprintOf(output, unread?.file),
    ...(unread === undefined ? {} : { unread }),
  };
  return JSON.stringify(note);
}

/** Errors: `OUTPUT_ALTERED`, where somebody changed more than the file of metrics that could not be read. */
export function readFinished(place: string, output: string): FinishedStage | undefined {
  const note = readNote(place);
  if (note === undefined) return undefined;
  const { fingerprint, unread, ...result } = note;
  if (fingerprint === fingerprintNow(output, unread?.file)) return result;
  if (unread === undefined) return undefined;
  throw new FailureError({
    code: 'OUTPUT_ALTERED',
    message: `more was changed of this finished work than its file of metrics ${unread.file}`,
    place: output,
    remedy: `undo the other changes, or remove ${dirname(output)}: then the stage runs again`,
  });
}

/**
 * Takes over finished work that differs in nothing but what is read of it as measured: the declaration was the fault.
 * The caller holds the lock of `work`, whose folder is `folder`.
 */
export function takeUnread(
  layout: Layout,
  { stage, parts }: Pick<Manifest, 'stage' | 'parts'>,
  folder: string,
): boolean {
  if (parts.code.kind === 'module') return false;
  const others = namesIn(layout.work).filter((name) => name.startsWith(`${stage}-`));
  if (others.length === 0) return false;
  const outputKey = outputKeyOf(parts);
  for (const name of others) {
    const other = join(layout.work, name);
    if (other === folder || readNote(join(other, 'finished.json'))?.unread?.outputKey !== outputKey) continue;
    const attempt = tryLock(layout.locks, name);
    if (attempt.kind === 'held') continue;
    try {
      if (existsSync(folder)) moveAside(layout, folder);
      renameSync(other, folder);
      return true;
    } finally {
      attempt.lock.release();
    }
  }
  return false;
}

function readNote(place: string): FinishedNote | undefined {
  try {
    const note = JSON.parse(readStoredText(place)) as Partial<FinishedNote> | null;
    // Anything may have been written there.
    return typeof note?.fingerprint === 'string' ? (note as FinishedNote) : undefined;
  } catch {
    return undefined;
  }
}

function fingerprintNow(output: string, without?: string): string | undefined {
  try {
    return fingerprintOf(output, without);
  } catch {
    return undefined;
  }
}

/** `without`: a file that does not count. */
function fingerprintOf(output: string, without = ''): string {
  const hash = createHash('sha256');
  for (const entry of walk(output, { links: 'refuse', open: true })) {
    if (entry.path === without || without.startsWith(`${entry.path}/`)) continue;
    // Size and mtime; ctime changes when saving makes the files read-only.
    const stamp =
      entry.kind === 'file' ? `${entry.stats.size} ${wholeMilliseconds(entry.stats.mtimeMs)}` : '';
    hash.update(`${entry.path}\0${stamp}\n`);
  }
  return hash.digest('hex');
}
