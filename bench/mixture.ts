/**
 * The mixture on made-up features beside scikit-learn: the same start, the same iterations, two threads each, a process each.
 * Labels must be equal, lower bounds, centres and log-likelihoods agree to 1e-9.
 *
 * `npm run bench -- mixture PART...` takes parts: each ends within five minutes of two idle cores. `PIPE_BENCH_PYTHON` names an
 * interpreter with scikit-learn (`python3` by default); without one the peer is left out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './mixture/compare.ts';
import { writeFeatures, type Shape } from './mixture/data.ts';
import {
  measureGrowth,
  multiplicationsPerProcessorSecond,
  overlap,
  reportAgainstLimit,
} from './mixture/growth.ts';
import { runOurs, type Task } from './mixture/task.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixture-bench-'));
const paper: Shape = { rows: 25_000, width: 768, clusters: 8, distance: overlap };
const fit = (components: number, iterations: number, covariance: Task['covariance'] = 'full'): Task => ({
  work: 'fit',
  components,
  covariance,
  iterations,
});

const parts: Readonly<Record<string, () => Promise<void>>> = {
  async overlapping() {
    await writeFeatures(folder, paper);
    await compare({
      name: '25,000 x 768, K=8, overlapping, 3 iterations',
      folder,
      tasks: [fit(8, 3)],
      rounds: 3,
    });
  },

  async separated() {
    await writeFeatures(folder, { ...paper, distance: 1, misplaced: 0 });
    await compare({
      name: '25,000 x 768, K=8, separated, from its clusters, 2 iterations',
      folder,
      tasks: [fit(8, 2)],
      rounds: 3,
    });
  },

  async sweep() {
    await writeFeatures(folder, { ...paper, clusters: 32 });
    const tasks = [1, 2, 4, 8, 12, 16, 32].map((components) => fit(components, 1));
    await compare({
      name: '25,000 x 768, K=1,2,4,8,12,16,32, overlapping, 1 iteration each',
      folder,
      tasks,
      rounds: 1,
    });
  },

  async kinds() {
    await writeFeatures(folder, paper);
    for (const kind of ['tied', 'diag', 'spherical'] as const)
      await compare({
        name: `25,000 x 768, K=8, ${kind}, 3 iterations`,
        folder,
        tasks: [fit(8, 3, kind)],
        rounds: 3,
      });
  },

  async narrow() {
    await writeFeatures(folder, { rows: 2500, width: 64, clusters: 16, distance: overlap });
    for (const components of [1, 4, 8, 16])
      await compare({
        name: `2,500 x 64, K=${components}, overlapping, 20 iterations`,
        folder,
        tasks: [fit(components, 20)],
        rounds: 5,
      });
  },

  async starts() {
    await writeFeatures(folder, { ...paper, clusters: 32 });
    const start = { covariance: 'full', iterations: 0 } as const;
    for (const components of [8, 32]) {
      for (const algorithm of ['lloyd', 'elkan'] as const)
        await compare({
          name: `25,000 x 768, k-means, K=${components}, beside ${algorithm}`,
          folder,
          tasks: [{ ...start, work: 'k-means', components, algorithm }],
          rounds: 3,
        });
      await compare({
        name: `25,000 x 768, greedy k-means++, K=${components}`,
        folder,
        tasks: [{ ...start, work: 'seeds', components }],
        rounds: 3,
      });
    }
  },

  /** As many rows as the paper's evaluation has. */
  async scoring() {
    await writeFeatures(folder, { ...paper, rows: 50_000 });
    await compare({
      name: '50,000 x 768, K=8, scored',
      folder,
      tasks: [{ ...fit(8, 0), work: 'score' }],
      rounds: 3,
    });
  },

  /** Eight times as many rows, from disk, within 4 GB. */
  async large() {
    const shape = { ...paper, rows: 200_000, clusters: 16 };
    await writeFeatures(folder, shape);
    const { seconds, cpuSeconds, peakMemory } = await runOurs(folder, fit(shape.clusters, 1));
    if (peakMemory > 4e9) throw new Error(`200,000 x 768 took ${peakMemory} bytes`);
    const note = `${seconds.toFixed(0)} s in all, peak memory ${(peakMemory / 1e9).toFixed(2)} of at most 4 GB`;
    const speed = await multiplicationsPerProcessorSecond();
    reportAgainstLimit(
      '200,000 x 768, K=16, from disk, 1 iteration: processor time',
      shape,
      cpuSeconds,
      speed,
      note,
    );
  },

  growth: () => measureGrowth(folder),
};

const words = process.argv.slice(3).filter((word) => !word.startsWith('--'));
const unknown = words.filter((word) => !(word in parts));
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
} else
  try {
    for (const [name, measure] of Object.entries(parts))
      if (words.length === 0 || words.includes(name)) await measure();
  } finally {
    rmSync(folder, { recursive: true });
  }
