/**
 * Broken photographs by the hundred: every one must end as usable or as an exclusion with a code, and the process that
 * reads them must neither die, hang nor grow. `npm run bench -- fuzz [--rounds 20] [--json]`; a round is 200 files.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listImages } from '../src/science/datasets/folder.ts';
import { randomOf } from '../src/science/random.ts';
import { mutate } from './fuzz/mutate.ts';
import type { BatchReport } from './fuzz/reader.ts';
import { realPhotographs } from './photographs/folder.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '10' }, json: { type: 'boolean' } },
});
const rounds = Number(values.rounds);
const filesInRound = 200;
const patience = 120_000; // ms, for a round
const largestSource = 2_000_000; // bytes

const folder = await realPhotographs('exif');
if (folder !== undefined) await fuzz(folder);

async function fuzz(source: string): Promise<void> {
  const photos = await readSmall(source);
  const scratch = await mkdtemp(join(tmpdir(), 'pipe-fuzz-'));
  const codes = new Map<string, number>();
  const memory: BatchReport[] = [];
  let reader = startReader();
  let [files, usable, lost] = [0, 0, 0];
  const started = performance.now();
  try {
    for (let round = 0; round < rounds; round++) {
      const batch = await mkdtemp(join(scratch, 'round-'));
      for (let i = 0; i < filesInRound; i++) {
        const random = randomOf(1, 'fuzz', round, i);
        const { bytes, extension } = photos[random.integer(photos.length)] as (typeof photos)[number];
        await writeFile(join(batch, `${i}.${extension}`), mutate(bytes, random));
      }
      const report = await reportOf(reader, batch);
      files += filesInRound;
      if (report === undefined) {
        lost += 1;
        console.error(`round ${round}: the reader died or hung; its files are kept in ${batch}`);
        reader.kill('SIGKILL');
        reader = startReader();
        continue;
      }
      usable += report.usable;
      for (const [code, count] of report.excluded) codes.set(code, (codes.get(code) ?? 0) + count);
      const told = report.usable + report.excluded.reduce((sum, [, count]) => sum + count, 0);
      if (told !== filesInRound)
        throw new Error(`round ${round}: ${told} of ${filesInRound} files accounted for`);
      memory.push(report);
      await rm(batch, { recursive: true });
    }
  } finally {
    reader.kill();
    if (lost === 0) await rm(scratch, { recursive: true });
  }
  const excluded = Object.fromEntries([...codes].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const seconds = (performance.now() - started) / 1000;
  const summary = { files, survived: files - lost * filesInRound, usable, excluded };
  const note = `${JSON.stringify(summary)}; memory ${course(memory)}`;
  if (values.json === true)
    console.log(
      JSON.stringify({
        suite: 'fuzz',
        case: 'mutated photographs',
        seconds,
        against: 'limit',
        againstSeconds: (patience / 1000) * rounds,
        ratio: seconds / ((patience / 1000) * rounds),
        note,
      }),
    );
  else console.log(`fuzz  ${files} mutated photographs in ${seconds.toFixed(1)} s  ${note}`);
  if (lost > 0) process.exitCode = 1;
}

/** Small ones are broken as well as large ones, and in a tenth of the time. */
async function readSmall(source: string): Promise<{ bytes: Buffer; extension: string }[]> {
  const photos = [];
  for (const id of await listImages(source)) {
    const bytes = await readFile(join(source, id));
    const extension = id.slice(id.lastIndexOf('.') + 1);
    if (bytes.length <= largestSource) photos.push({ bytes, extension });
  }
  return photos;
}

function startReader(): ChildProcess {
  return fork(new URL('./fuzz/reader.ts', import.meta.url), { execArgv: ['--expose-gc'] });
}

/** Undefined where the reader died or took too long. */
function reportOf(reader: ChildProcess, batch: string): Promise<BatchReport | undefined> {
  return new Promise((resolve) => {
    const end = (report?: BatchReport): void => {
      clearTimeout(timer);
      reader.off('message', end).off('exit', dead);
      resolve(report);
    };
    const dead = (): void => end();
    const timer = setTimeout(dead, patience);
    reader.once('message', end).once('exit', dead);
    reader.send(batch);
  });
}

/** The memory after some of the rounds, and what of it is held: growth without end would show as a steady rise. */
function course(memory: readonly BatchReport[]): string {
  const shown = [3, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200].filter((round) => round <= memory.length);
  return shown
    .map((round) => {
      const { memory: all, held } = memory[round - 1] as BatchReport;
      return `${mebibytes(all)} MiB (${mebibytes(held)} held) after round ${round}`;
    })
    .join(', ');
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
