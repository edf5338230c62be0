/**
 * Expectation-maximisation of a mixture with full covariances on 25,000 x 768 features, beside scikit-learn: the same start,
 * the same iterations, two threads each, one process each. Labels must be equal and lower bounds agree to 1e-9. Then how our
 * time grows with rows, columns and components, against the arithmetic that no exact method can do without.
 *
 * `PIPE_BENCH_PYTHON` names an interpreter with scikit-learn (`python3` by default); without one the peer is left out. `npm run bench -- mixture overlapping separated sweep large growth` chooses parts;
 * all take about ten minutes of two idle cores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, ExecaError } from 'execa';
import { openMatrixProducts } from '../src/science/mixture/matrix-products.ts';
import { report } from './measure.ts';
import { writeFeatures, type Shape } from './mixture/data.ts';

interface Fit {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  readonly lowerBounds: readonly number[];
  readonly labels: string;
}

const threads = 2;
const overlapping: Shape = { rows: 25_000, width: 768, clusters: 8, distance: 0.15 };
const sweep = [1, 2, 4, 8, 12, 16, 32];
const folder = mkdtempSync(join(tmpdir(), 'mixture-bench-'));
const parts: Readonly<Record<string, () => Promise<void>>> = {
  overlapping: () => compare('K=8, overlapping, 3 iterations', overlapping, [8], 3),
  separated: () => compare('K=8, separated, 2 iterations', { ...overlapping, distance: 1 }, [8], 2),
  sweep: () => compare(`K=${sweep.join()}, overlapping, 1 iteration each`, overlapping, sweep, 1),
  large: fitLarge,
  growth: grow,
};
try {
  const chosen = process.argv.slice(3).filter((word) => word in parts);
  for (const [name, measure] of Object.entries(parts))
    if (chosen.length === 0 || chosen.includes(name)) await measure();
} finally {
  rmSync(folder, { recursive: true });
}

/** One fit for each number of components, ours and the peer's in turn. */
async function compare(
  name: string,
  shape: Shape,
  components: readonly number[],
  iterations: number,
): Promise<void> {
  await writeFeatures(folder, { ...shape, clusters: Math.max(...components) });
  const ours: Fit[] = [];
  const theirs: Fit[] = [];
  for (const K of components) {
    ours.push(await ourFit(K, iterations));
    const peer = await peerFit(K, iterations);
    if (peer === undefined) return;
    theirs.push(peer);
    check(`${name}, K=${K}`, ours.at(-1) as Fit, peer);
  }
  const memory = largest(ours, 'peakMemory') / largest(theirs, 'peakMemory');
  const note = `peak memory ${memory.toFixed(2)} of scikit-learn's`;
  for (const measure of ['seconds', 'cpuSeconds'] as const)
    report({
      suite: 'mixture',
      case: measure === 'seconds' ? name : `${name}: processor time`,
      seconds: total(ours, measure),
      against: 'scikit-learn',
      againstSeconds: total(theirs, measure),
      note,
    });
}

/** Eight times as many rows, from disk, within 4 GB. */
async function fitLarge(): Promise<void> {
  const shape = { ...overlapping, rows: 200_000, clusters: 16 };
  await writeFeatures(folder, shape);
  const { seconds, peakMemory } = await ourFit(shape.clusters, 1);
  if (peakMemory > 4e9) throw new Error(`200,000 x 768 took ${peakMemory} bytes`);
  const memory = `peak memory ${(peakMemory / 1e9).toFixed(2)} of at most 4 GB`;
  reportAgainstLimit(
    '200,000 x 768, K=16, from disk',
    shape,
    seconds,
    await multiplicationsPerSecond(),
    memory,
  );
}

/** Ours at several sizes, one iteration each. */
async function grow(): Promise<void> {
  const speed = await multiplicationsPerSecond();
  const middle = { rows: 8000, width: 384, clusters: 4, distance: 0.15 };
  const sizes: readonly Shape[] = [
    ...[4000, 8000, 16_000, 32_000].map((rows) => ({ ...middle, rows })),
    ...[192, 768, 1536].map((width) => ({ ...middle, width })),
    ...[1, 2, 8, 16, 32].map((clusters) => ({ ...middle, clusters })),
  ];
  for (const shape of sizes) {
    await writeFeatures(folder, shape);
    const { seconds } = await ourFit(shape.clusters, 1);
    reportAgainstLimit(
      `N=${shape.rows} D=${shape.width} K=${shape.clusters}`,
      shape,
      seconds,
      speed,
      'one iteration',
    );
  }
}

/** The limit: for one iteration, each row's own component alone, half a square for each expectation and maximisation. */
function reportAgainstLimit(name: string, shape: Shape, seconds: number, speed: number, note: string): void {
  const products = (4 * shape.rows * shape.width ** 2) / 2;
  report({
    suite: 'mixture',
    case: name,
    seconds,
    against: 'limit',
    againstSeconds: products / speed,
    note,
  });
}

/** Of one large product in this process. */
async function multiplicationsPerSecond(): Promise<number> {
  const [size, rows] = [768, 4096];
  const products = await openMatrixProducts(threads);
  const square = new Float64Array(size * size).fill(1);
  const columns = new Float64Array(size * rows).fill(1);
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await products.times(square, columns, size);
    least = Math.min(least, performance.now() - start);
  }
  await products.close();
  return (size * size * rows) / (least / 1000);
}

async function ourFit(components: number, iterations: number): Promise<Fit> {
  const file = join(import.meta.dirname, 'mixture', 'fit.ts');
  const { stdout } = await execa(process.execPath, [
    file,
    folder,
    String(components),
    String(iterations),
    String(threads),
  ]);
  return JSON.parse(stdout) as Fit;
}

async function peerFit(components: number, iterations: number): Promise<Fit | undefined> {
  const file = join(import.meta.dirname, 'mixture', 'peer.py');
  const one = String(threads);
  try {
    const { stdout } = await execa(
      process.env['PIPE_BENCH_PYTHON'] ?? 'python3',
      [file, folder, String(components), String(iterations)],
      { env: { OPENBLAS_NUM_THREADS: one, OMP_NUM_THREADS: one, MKL_NUM_THREADS: one } },
    );
    return JSON.parse(stdout) as Fit;
  } catch (error) {
    const reason = error instanceof ExecaError ? error.shortMessage : String(error);
    console.error(`scikit-learn is left out: ${reason}`);
    return undefined;
  }
}

function check(name: string, ours: Fit, theirs: Fit): void {
  if (ours.labels !== theirs.labels) throw new Error(`${name}: the labels differ`);
  ours.lowerBounds.forEach((bound, i) => {
    const expected = theirs.lowerBounds[i] as number;
    if (!(Math.abs(bound - expected) <= 1e-9 * Math.abs(expected)))
      throw new Error(`${name}: lower bound ${bound}, scikit-learn's is ${expected}`);
  });
}

function total(fits: readonly Fit[], measure: 'seconds' | 'cpuSeconds'): number {
  return fits.reduce((sum, fit) => sum + fit[measure], 0);
}

function largest(fits: readonly Fit[], measure: 'peakMemory'): number {
  return Math.max(...fits.map((fit) => fit[measure]));
}
