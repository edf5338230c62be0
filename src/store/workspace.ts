/**
 * The place where one node's work comes to be, and the way from there into the store.
 *
 * The caller holds the lock of the key. What a killed run left is thrown away, unless its stage had ended well: then
 * `finished` says so and it can be saved without running again.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';

import type { Acceptance } from '../graph/plan.ts';
import type { Metric } from '../stage.ts';
import { contentDigest, withMarks } from './content.ts';
import type { Layout } from './layout.ts';
import { sealManifest, type Manifest, type ManifestTimes } from './manifest.ts';
import type { Artifact } from './store.ts';
import { readTree } from './tree-index.ts';
import { walk } from './walk.ts';

export interface Workspace {
  /** An empty folder for the stage to write into. */
  readonly output: string;
  readonly log: string;
  readonly checkpoint: string;
  /** An earlier attempt left something in `checkpoint`. */
  readonly resumed: boolean;
  /** What an earlier run finished and could not save. */
  readonly finished: StageResult | undefined;
  /** Notes that the stage ended well, so that its output is adopted if saving is cut short. */
  finish(result: StageResult): Promise<void>;
  /** Makes it an artifact, in place of a damaged one if there is one. */
  save(result: StageResult): Promise<Artifact>;
  /** Removes the output and keeps the log; returns where the log is. */
  fail(): Promise<string>;
}

/** What a stage gives besides its files. */
export interface StageResult {
  readonly metrics: readonly Metric[];
  readonly marks: readonly string[];
  readonly display: string | null;
  readonly times: ManifestTimes;
  /** Where it was not made by this work, but is taken for it. */
  readonly accepted?: Acceptance;
}

export type Work = Pick<Manifest, 'stage' | 'name' | 'recipe' | 'key' | 'parts'>;

export async function openWorkspace(layout: Layout, work: Work): Promise<Workspace> {
  const name = layout.workName(work.stage, work.key);
  const folder = join(layout.work, name);
  const output = join(folder, 'files');
  const log = join(folder, 'log.txt');
  const finishedNote = join(folder, 'finished.json');
  const reserved = join(folder, 'unfinished.json');
  const checkpoint = join(layout.checkpoints, name);
  const failedLog = join(layout.failedLogs, `${name}.txt`);

  const finished = await readFinished(finishedNote, output);
  if (finished === undefined) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(output, { recursive: true });
    await writeFile(reserved, ' '.repeat(noteBytes));
  }
  await mkdir(checkpoint, { recursive: true });

  return {
    output,
    log,
    checkpoint,
    finished,
    resumed: (await readdir(checkpoint)).length > 0,
    async finish(result) {
      const note: FinishedNote = { ...result, fingerprint: fingerprintOf(output) };
      await overwrite(reserved, JSON.stringify(note));
      await rename(reserved, finishedNote);
    },
    async save(result) {
      const place = layout.artifact(work.stage, work.key);
      const files = join(place, 'files');
      await settle(output);
      const content = await readTree(output, {
        links: 'refuse',
        settled: true,
        afresh: true,
        indexFile: layout.treeIndex(files),
      });
      const digest = contentDigest(content);
      const { metrics, marks, display, times, accepted } = result;
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
      };
      await writeDurably(join(folder, 'manifest.json'), sealManifest(manifest));
      await replace(folder, place, join(layout.trash, name));
      await rm(join(place, 'finished.json'), { force: true });
      await rm(checkpoint, { recursive: true, force: true });
      await rm(failedLog, { force: true });
      return { folder: files, log: join(place, 'log.txt'), manifest };
    },
    async fail() {
      await mkdir(layout.failedLogs, { recursive: true });
      await rename(log, failedLog).catch(() => writeFile(failedLog, ''));
      await rm(folder, { recursive: true, force: true });
      return failedLog;
    },
  };
}

/** Room for the note is taken before the work begins: on a disk that is full by its end the note can still be written. */
const noteBytes = 16384;

async function overwrite(path: string, text: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.write(text.padEnd(noteBytes), 0);
  } finally {
    await handle.close();
  }
}

interface FinishedNote extends StageResult {
  /** Of the paths, sizes and times of all files: a power cut may have taken bytes that were never flushed. */
  readonly fingerprint: string;
}

async function readFinished(note: string, output: string): Promise<StageResult | undefined> {
  try {
    const { fingerprint, ...result } = JSON.parse(await readFile(note, 'utf8')) as FinishedNote;
    return fingerprint === fingerprintOf(output) ? result : undefined;
  } catch {
    return undefined;
  }
}

function fingerprintOf(output: string): string {
  const hash = createHash('sha256');
  for (const entry of walk(output, { links: 'refuse' })) {
    // Size and mtime; ctime changes when saving makes the files read-only.
    const stamp = entry.kind === 'file' ? entry.stamp.split(' ', 2).join(' ') : '';
    hash.update(`${entry.path}\0${stamp}\n`);
  }
  return hash.digest('hex');
}

/** Flushes every file to the disk and makes it read-only. */
async function settle(output: string): Promise<void> {
  const limit = pLimit(16);
  const files = [...walk(output, { links: 'refuse' })].filter((entry) => entry.kind === 'file');
  await limit.map(files, async ({ absolute }) => {
    const handle = await open(absolute, constants.O_RDONLY);
    try {
      await handle.chmod(0o444);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w', 0o444);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves `folder` to `place`; what is there is set aside first, for a folder cannot be renamed onto a full one. */
async function replace(folder: string, place: string, aside: string): Promise<void> {
  await mkdir(join(place, '..'), { recursive: true });
  if (await exists(place)) {
    await rm(aside, { recursive: true, force: true });
    await mkdir(join(aside, '..'), { recursive: true });
    await rename(place, aside);
  }
  await chmod(folder, 0o755);
  await rename(folder, place);
  await rm(aside, { recursive: true, force: true });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
