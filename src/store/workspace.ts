/**
 * The place where one node's work comes to be, and the way from there into the store.
 *
 * The caller holds the lock of the key. What a killed run left is thrown away, unless its stage had ended well: then
 * `finished` says so and it can be saved without running again.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { FailureError } from '../failure.ts';
import { outputKeyOf } from '../graph/key.ts';
import { attemptOf, type AttemptLooks } from './attempts.ts';
import { withMarks } from './content.ts';
import { noteOf, readFinished, takeUnread, type FinishedStage, type StageResult } from './finished.ts';
import type { Flusher } from './flush.ts';
import type { Layout } from './layout.ts';
import { sealManifest, type Manifest } from './manifest.ts';
import type { Artifact } from './artifact.ts';
import { ownFiles } from './own-files.ts';
import { takeLinksAway } from './own-folders.ts';
import { openFolder } from './permissions.ts';
import { removeTree } from './remove-tree.ts';
import { fillNote, reserveNote } from './reserved-note.ts';
import { setAside, takeOut } from './set-aside.ts';
import type { Spares } from './spares.ts';
import { attempt, isCode } from './system-error.ts';
import { contentOf, lookAtTree } from './tree-index.ts';
import type { TreeTable } from './tree-table.ts';
import { copyWhole, removeFile, writeWhole } from './whole-file.ts';

export interface Workspace {
  /** An empty folder for the stage to write into. */
  readonly output: string;
  readonly log: string;
  readonly checkpoint: string;
  /** An earlier attempt left something in `checkpoint`. */
  readonly resumed: boolean;
  /** What an earlier run finished and could not save, or whose metrics it could not read. */
  readonly finished: FinishedStage | undefined;
  /** The stage has ended: what it closed of the folders that lead to its output is opened, and links that it put for one are taken away. */
  open(): void;
  /** Notes that the stage ended well, so that its output is adopted if saving is cut short. */
  finish(result: StageResult): Promise<void>;
  /** Makes it an artifact, in place of a damaged one if there is one. Aborted while it is read, it is adopted by the next run. */
  save(result: StageResult, signal?: AbortSignal): Promise<Saved>;
  /** Removes the output and keeps the log; returns where the log is. */
  fail(): Promise<string>;
  /** What the stage kept for its next attempt is of what its key says. */
  proveCheckpoint(): void;
  /** Removes what the stage kept for its next attempt. */
  forgetCheckpoint(): Promise<void>;
  /** Keeps the output of a stage that ended well until the metrics in it can be read; returns where a copy of its log is. */
  keepUnread(result: FinishedStage, metricsFile: string): string;
}

export interface Saved {
  readonly artifact: Artifact;
  /** How its files looked before they were digested. */
  readonly table: TreeTable;
}

export type Work = Pick<Manifest, 'stage' | 'name' | 'recipe' | 'key' | 'parts'>;

/** Small things are done by synchronous calls: with promises they would take longer than many a stage. */
export async function openWorkspace(
  layout: Layout,
  work: Work,
  {
    flusher,
    spares,
    looks,
  }: { readonly flusher: Flusher; readonly spares: Spares; readonly looks?: AttemptLooks | undefined },
): Promise<Workspace> {
  const name = layout.workName(work.stage, work.key);
  const folder = join(layout.work, name);
  const output = join(folder, 'files');
  const log = join(folder, 'log.txt');
  const finishedNote = join(folder, 'finished.json');
  const reserved = join(folder, 'unfinished.json');
  const checkpoint = join(layout.checkpoints, name);
  const failedLog = join(layout.failedLogs, `${name}.txt`);

  mkdirSync(layout.work, { recursive: true });
  /** Where the output is in truth, whatever links lead to the store. */
  const realInner = realpathSync.native(dirname(layout.work));
  const realOutput = join(realInner, basename(layout.work), name, 'files');
  const readNote = (): FinishedStage | undefined =>
    isAt(output, realOutput) ? readFinished(finishedNote, output) : undefined;
  const finished = readNote() ?? (takeUnread(layout, work, folder) ? readNote() : undefined);
  if (finished === undefined) {
    while (!madeFolder(folder)) await setAside(layout, folder);
    mkdirSync(output);
    if (!spares.take('note', reserved)) reserveNote(reserved);
  }
  await flusher.removed(checkpoint);
  const attempted = attemptOf(layout, name);
  if (looks !== undefined && finished === undefined) {
    if (!isEmpty(checkpoint) && !attempted.mayGoOn(looks)) await setAside(layout, checkpoint);
    attempted.begin(looks);
  }
  const resumed =
    !spares.take('folder', checkpoint) && !(await madeCheckpoint(layout, checkpoint)) && !isEmpty(checkpoint);
  const above = [dirname(layout.work), layout.work, layout.checkpoints, folder].map(
    (path) => [path, realpathSync.native(path)] as const,
  );

  /** False where the stage put something else in the place of the store. */
  const isInPlace = (): boolean => isAt(dirname(layout.work), realInner);

  const workspace: Workspace = {
    output,
    log,
    checkpoint,
    finished,
    resumed,
    open() {
      takeLinksAway([...layout.own, folder, checkpoint]);
      for (const [path, place] of above) if (isAt(path, place)) attempt(() => openFolder(path));
    },
    async finish(result) {
      try {
        checkOutput(output, realOutput);
        fillNote(reserved, noteOf(result, output), finishedNote);
      } catch (error) {
        await workspace.fail();
        throw error;
      }
    },
    async save(result, signal) {
      const place = layout.artifact(work.stage, work.key);
      const files = join(place, 'files');
      let placeIndex: (() => void) | undefined;
      const table = await (async (): Promise<TreeTable> => {
        try {
          checkOutput(output, realOutput);
          await removeOthers(folder, ['files', 'log.txt', 'finished.json']);
          ownFiles(output, join(folder, 'copy'), {
            mayShare: result.accepted !== undefined,
            folderMode: lstatSync(layout.work).mode,
          });
          return await lookAtTree(output, {
            links: 'refuse',
            settled: true,
            afresh: true,
            indexFile: layout.treeIndex(files),
            placeIndex: (later) => (placeIndex = later),
            signal,
          });
        } catch (error) {
          // What cannot be kept now could never be; where there is no room it can, once there is.
          const mayStillBe =
            signal?.aborted === true || isCode(error, 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE');
          if (!mayStillBe) removeFile(finishedNote);
          throw error;
        }
      })();
      const content = contentOf(table);
      const { digest } = table;
      const { metrics, marks, display, times, accepted, undeclared, imported } = result;
      const manifest: Manifest = {
        format: 1,
        ...work,
        content: digest,
        digest: withMarks(digest, marks),
        files: content.files,
        emptyFolders: content.emptyFolders,
        marks,
        metrics,
        display,
        times,
        ...(accepted === undefined ? {} : { accepted }),
        ...(undeclared === undefined ? {} : { undeclared }),
        ...(imported === undefined ? {} : { imported }),
      };
      writeWhole(join(folder, 'manifest.json'), sealManifest(manifest), { mode: 0o444 });
      openFolder(folder);
      try {
        await replace(layout, folder, place);
      } catch (error) {
        // It could not be moved the next time either.
        if (isCode(error, 'EXDEV')) removeFile(finishedNote);
        throw error;
      }
      // It is kept: nothing that goes wrong from here on matters.
      const saved = [join(place, 'manifest.json'), ...content.files.map(({ path }) => join(files, path))];
      flusher.add(saved, () => placeIndex?.());
      const note = join(place, 'finished.json');
      if (!spares.give('note', note)) removeFile(note);
      attempted.forget();
      if (!isEmpty(checkpoint) || !spares.give('folder', checkpoint)) flusher.remove(checkpoint);
      if (existsSync(failedLog)) removeFile(failedLog);
      return { artifact: { folder: files, log: join(place, 'log.txt'), manifest }, table };
    },
    keepUnread(result, metricsFile) {
      if (!existsSync(finishedNote)) {
        const unread = { file: metricsFile, outputKey: outputKeyOf(work.parts) };
        checkOutput(output, realOutput);
        fillNote(reserved, noteOf(result, output, unread), finishedNote);
      }
      if (isFile(log)) attempt(() => copyWhole(log, failedLog));
      return failedLog;
    },
    proveCheckpoint() {
      if (!isInPlace()) return;
      if (isEmpty(checkpoint)) attempted.forget();
      else attempt(() => attempted.prove());
    },
    async forgetCheckpoint() {
      if (isInPlace()) await removeTree(checkpoint);
    },
    async fail() {
      if (!isInPlace()) return failedLog;
      keepLog(log, failedLog);
      // What is left of it the next attempt takes away.
      await setAside(layout, folder).catch(() => undefined);
      return failedLog;
    },
  };
  return workspace;
}

function isAt(path: string, place: string): boolean {
  return attempt(() => realpathSync.native(path)) === place;
}

/** A stage can put a link, or nothing at all, where its output or a folder above it was. */
function checkOutput(output: string, realOutput: string): void {
  const stats = lstatSync(output, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true)
    throw new FailureError({
      code: 'OUTPUT_LINK',
      message: 'is a symbolic link; an artifact holds files and folders alone',
      place: output,
      remedy: 'write into the folder, or a copy of what the link points to',
    });
  if (stats?.isDirectory() === true && isAt(output, realOutput)) return;
  throw new FailureError({
    code: 'OUTPUT_REPLACED',
    message:
      stats === undefined
        ? 'the stage removed its output folder'
        : 'the stage put something else in the place of its output folder',
    place: output,
    remedy: 'leave the folder where it is, and write into it',
  });
}

/** False where there is something already. */
function madeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'ENOENT')) throw error;
    mkdirSync(folder, { recursive: true });
    return true;
  }
}

/** False where an earlier attempt left one; whatever else stands there is taken away. */
async function madeCheckpoint(layout: Layout, checkpoint: string): Promise<boolean> {
  while (!madeFolder(checkpoint)) {
    if (lstatSync(checkpoint, { throwIfNoEntry: false })?.isDirectory() === true) {
      openFolder(checkpoint);
      return false;
    }
    await setAside(layout, checkpoint);
  }
  return true;
}

/** Whether it is a folder with nothing in it. */
const isEmpty = (folder: string): boolean =>
  attempt(() => lstatSync(folder).isDirectory() && readdirSync(folder).length === 0) ?? false;

/** What a killed run, the stage or its start left beside its output. */
async function removeOthers(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!kept.includes(name) && !removeFile(path)) await removeTree(path);
  }
  const log = join(folder, 'log.txt');
  if (!isFile(log)) await removeTree(log);
}

/** A stage can put a link or a pipe in the place of its log: what reads it would follow the one, and wait at the other for ever. */
const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Where it cannot be kept, there is an empty one or none. */
function keepLog(log: string, failedLog: string): void {
  const kept = attempt(() => {
    if (!isFile(log)) return false;
    mkdirSync(dirname(failedLog), { recursive: true });
    renameSync(log, failedLog);
    return true;
  });
  if (kept !== true) attempt(() => writeWhole(failedLog, ''));
}

/** Moves `folder` to `place`; what is there is set aside first, for a folder cannot be renamed onto a full one. */
async function replace(layout: Layout, folder: string, place: string): Promise<void> {
  takeLinksAway([dirname(place)]);
  if (!madeFolder(dirname(place)) && existsSync(place)) {
    const aside = await takeOut(layout, place);
    renameSync(folder, place);
    if (aside !== undefined) await removeTree(aside).catch(() => undefined);
  } else renameSync(folder, place);
}
