/**
 * The place where one node's work comes to be, and the way from there into the store.
 *
 * The caller holds the lock of the key. What a killed run left is thrown away, unless its stage had ended well: then
 * `finished` says so and it can be saved without running again.
 */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { outputKeyOf } from '../graph/key.ts';
import { withMarks } from './content.ts';
import { noteOf, readFinished, takeUnread, type FinishedStage, type StageResult } from './finished.ts';
import type { Flusher } from './flush.ts';
import type { Layout } from './layout.ts';
import { sealManifest, type Manifest } from './manifest.ts';
import type { Artifact } from './artifact.ts';
import type { Spares } from './spares.ts';
import { contentOf, lookAtTree } from './tree-index.ts';
import type { TreeTable } from './tree-table.ts';
import { walk } from './walk.ts';

export interface Workspace {
  /** An empty folder for the stage to write into. */
  readonly output: string;
  readonly log: string;
  readonly checkpoint: string;
  /** An earlier attempt left something in `checkpoint`. */
  readonly resumed: boolean;
  /** What an earlier run finished and could not save, or whose metrics it could not read. */
  readonly finished: FinishedStage | undefined;
  /** Notes that the stage ended well, so that its output is adopted if saving is cut short. */
  finish(result: StageResult): Promise<void>;
  /** Makes it an artifact, in place of a damaged one if there is one. */
  save(result: StageResult): Promise<Saved>;
  /** Removes the output and keeps the log; returns where the log is. */
  fail(): Promise<string>;
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
  { flusher, spares }: { readonly flusher: Flusher; readonly spares: Spares },
): Promise<Workspace> {
  const name = layout.workName(work.stage, work.key);
  const folder = join(layout.work, name);
  const output = join(folder, 'files');
  const log = join(folder, 'log.txt');
  const finishedNote = join(folder, 'finished.json');
  const reserved = join(folder, 'unfinished.json');
  const checkpoint = join(layout.checkpoints, name);
  const failedLog = join(layout.failedLogs, `${name}.txt`);

  const finished =
    readFinished(finishedNote, output) ??
    (takeUnread(layout, work, folder) ? readFinished(finishedNote, output) : undefined);
  if (finished === undefined) {
    while (!madeFolder(folder)) await removeFolder(folder);
    mkdirSync(output);
    if (!spares.take('note', reserved)) writeFileSync(reserved, emptyNote);
  }
  await flusher.removed(checkpoint);
  const resumed =
    !spares.take('folder', checkpoint) && !madeFolder(checkpoint) && readdirSync(checkpoint).length > 0;

  return {
    output,
    log,
    checkpoint,
    finished,
    resumed,
    async finish(result) {
      overwrite(reserved, noteOf(result, output));
      renameSync(reserved, finishedNote);
    },
    async save(result) {
      const place = layout.artifact(work.stage, work.key);
      const files = join(place, 'files');
      makeReadOnly(output);
      let placeIndex: (() => void) | undefined;
      const table = await lookAtTree(output, {
        links: 'refuse',
        settled: true,
        afresh: true,
        indexFile: layout.treeIndex(files),
        placeIndex: (later) => (placeIndex = later),
      });
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
      writeFileSync(join(folder, 'manifest.json'), sealManifest(manifest), { mode: 0o444 });
      chmodSync(folder, 0o755);
      await replace(folder, place, join(layout.trash, name));
      const saved = [join(place, 'manifest.json'), ...content.files.map(({ path }) => join(files, path))];
      flusher.add(saved, () => placeIndex?.());
      const note = join(place, 'finished.json');
      if (!spares.give('note', note)) rmSync(note, { force: true });
      if (readdirSync(checkpoint).length > 0 || !spares.give('folder', checkpoint))
        flusher.remove(checkpoint);
      if (existsSync(failedLog)) rmSync(failedLog, { force: true });
      return { artifact: { folder: files, log: join(place, 'log.txt'), manifest }, table };
    },
    keepUnread(result, metricsFile) {
      if (!existsSync(finishedNote)) {
        const unread = { file: metricsFile, outputKey: outputKeyOf(work.parts) };
        overwrite(reserved, noteOf(result, output, unread));
        renameSync(reserved, finishedNote);
      }
      mkdirSync(layout.failedLogs, { recursive: true });
      copyFileSync(log, failedLog);
      return failedLog;
    },
    async fail() {
      mkdirSync(layout.failedLogs, { recursive: true });
      try {
        renameSync(log, failedLog);
      } catch {
        writeFileSync(failedLog, '');
      }
      await removeFolder(folder);
      return failedLog;
    },
  };
}

/** False where there is one already. */
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

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Most are empty, or not there. */
async function removeFolder(folder: string): Promise<void> {
  try {
    rmdirSync(folder);
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Room for the note is taken before the work begins: on a disk that is full by its end the note can still be written. */
const noteBytes = 16384;
const emptyNote = ' '.repeat(noteBytes);

function overwrite(path: string, text: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    // It may have been the longer one of another node.
    ftruncateSync(descriptor, writeSync(descriptor, text.padEnd(noteBytes), 0));
  } finally {
    closeSync(descriptor);
  }
}

function makeReadOnly(output: string): void {
  for (const entry of walk(output, { links: 'refuse' }))
    if (entry.kind === 'file') chmodSync(entry.absolute, 0o444);
}

/** Moves `folder` to `place`; what is there is set aside first, for a folder cannot be renamed onto a full one. */
async function replace(folder: string, place: string, aside: string): Promise<void> {
  if (!madeFolder(dirname(place)) && existsSync(place)) {
    await removeFolder(aside);
    mkdirSync(dirname(aside), { recursive: true });
    renameSync(place, aside);
  }
  renameSync(folder, place);
  if (existsSync(aside)) await removeFolder(aside);
}
