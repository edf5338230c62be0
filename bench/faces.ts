/**
 * Pictures in which a face is found, of photographs and of portraits, beside OpenCV's Haar cascade (Viola and Jones, 2001); and the
 * processor time of each. `npm run bench -- faces [--json]`
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { listImages } from '../src/science/datasets/folder.ts';
import { readImage } from '../src/science/image/read.ts';
import { openDetector } from '../src/science/landmarks/detector.ts';
import { report } from './measure.ts';
import { realPhotographs } from './photographs/folder.ts';

const run = promisify(execFile);
const minimumConfidence = 0.5;

const scratch = await mkdtemp(join(tmpdir(), 'pipe-faces-'));
try {
  for (const part of ['exif', 'portraits'] as const) {
    const folder = await realPhotographs(part);
    if (folder !== undefined) await compare(part, resolve(folder));
  }
} finally {
  await rm(scratch, { recursive: true });
}

async function compare(part: string, folder: string): Promise<void> {
  const files = (await listImages(folder)).map((id) => join(folder, id));
  const ours = await countOurs(files);
  const theirs = await countTheirs(files);
  if (theirs === undefined) return;
  const both = files.filter(
    (_, i) => (ours.counts[i] as number) > 0 && (theirs.counts[i] as number) > 0,
  ).length;
  const several = ours.counts.filter((count) => count > 1).length;
  report({
    suite: 'faces',
    case: part,
    seconds: ours.seconds / files.length,
    against: 'OpenCV Haar',
    againstSeconds: theirs.seconds / files.length,
    note: `a face in ${pictures(ours.counts)} of ${files.length} pictures (several in ${several}), OpenCV in ${pictures(theirs.counts)}; both in ${both}`,
  });
}

/** With a face. */
function pictures(counts: readonly number[]): number {
  return counts.filter((count) => count > 0).length;
}

interface Counts {
  /** Faces of each file; 0 where it cannot be read. */
  readonly counts: readonly number[];
  /** Of the processor. */
  readonly seconds: number;
}

async function countOurs(files: readonly string[]): Promise<Counts> {
  const detector = await openDetector();
  const start = process.cpuUsage();
  const counts: number[] = [];
  for (const file of files) {
    const image = await readImage(file);
    counts.push(image.ok ? (await detector.detect(image.value, minimumConfidence)).length : 0);
  }
  const { user, system } = process.cpuUsage(start);
  await detector.close();
  return { counts, seconds: (user + system) / 1e6 };
}

async function countTheirs(files: readonly string[]): Promise<Counts | undefined> {
  const list = join(scratch, 'files.txt');
  await writeFile(list, files.join('\n'));
  const python = process.env['PIPE_BENCH_PYTHON'] ?? 'python3';
  try {
    const { stdout } = await run(python, [join(import.meta.dirname, 'faces/haar.py'), list]);
    return JSON.parse(stdout) as Counts;
  } catch (error) {
    console.error(`OpenCV is left out: ${(error as Error).message.trim().split('\n').at(-1)}`);
    return undefined;
  }
}
