/**
 * Ours, in a process of its own: `node ours.ts FOLDER TASK` with a `Task` as JSON; prints an `Outcome`. Features of more than a
 * quarter of a gigabyte are read from disk, again and again.
 */
import { join } from 'node:path';
import { openNpy, readNpy } from '../../src/science/array/npy.ts';
import { scoreRows } from '../../src/science/mixture/engines.ts';
import {
  maximizeExpectation,
  type MaximizationSettings,
} from '../../src/science/mixture/expectation-maximization.ts';
import { moveToMeans } from '../../src/science/mixture/k-means.ts';
import { openMatrixProducts } from '../../src/science/mixture/matrix-products.ts';
import {
  columnMeans,
  rowsInMemory,
  rowsOnDisk,
  shiftedRows,
  type FeatureRows,
} from '../../src/science/mixture/rows.ts';
import { rowsAt, seedRows } from '../../src/science/mixture/seeding.ts';
import { distancesByProducts } from '../../src/science/mixture/squared-distances.ts';
import { randomOf } from '../../src/science/random.ts';
import { threads, type Outcome, type Task } from './task.ts';

type Result = Pick<Outcome, 'numbers' | 'labels'>;

const [folder = '', text = ''] = process.argv.slice(2);
const task = JSON.parse(text) as Task;
const features = await openNpy(join(folder, 'features.npy'), '<f4');
const [count, width] = features.shape as [number, number];
const rows: FeatureRows =
  count * width < 2 ** 26
    ? rowsInMemory(await features.rows(0, count), width)
    : rowsOnDisk({
        name: 'bench',
        width,
        ids: Array.from<string>({ length: count }),
        read: (first, size) => features.rows(first, size),
        close: () => features.close(),
      });
const { signal } = new AbortController();
const settings: MaximizationSettings = {
  components: task.components,
  covariance: task.covariance,
  regularization: 1e-6,
  tolerance: 0,
  maximumIterations: task.iterations,
  cpus: threads,
  memory: 2 ** 27,
  signal,
};
const labels = (await readNpy(join(folder, 'labels.npy'), '<i4')).data.map(
  (label) => label % task.components,
);

const works: Readonly<Record<Task['work'], () => Promise<() => Promise<Result>>>> = {
  fit: () =>
    Promise.resolve(async () => {
      const { lowerBounds, labels: found } = await maximizeExpectation(rows, labels, settings);
      return { numbers: lowerBounds, labels: text64(found) };
    }),
  'k-means': async () => {
    const chosen = Array.from({ length: task.components }, (_, k) => k * Math.floor(count / task.components));
    const products = await openMatrixProducts(threads);
    return async () => {
      const origin = await columnMeans(rows);
      const shifted = shiftedRows(rows, origin);
      const start = await rowsAt(shifted, chosen);
      const found = await moveToMeans(shifted, start, signal, distancesByProducts(products));
      const centres = found.centres.map((value, i) => value + (origin[i % width] as number));
      await products.close();
      return { numbers: [found.iterations, ...centres], labels: text64(found.labels) };
    };
  },
  seeds: async () => {
    const products = await openMatrixProducts(threads);
    return async () => {
      const shifted = shiftedRows(rows, await columnMeans(rows));
      await seedRows(shifted, task.components, randomOf(1), signal, distancesByProducts(products));
      await products.close();
      return { numbers: [], labels: '' };
    };
  },
  score: async () => {
    const { mixture } = await maximizeExpectation(rows, labels, { ...settings, maximumIterations: 0 });
    return async () => ({ numbers: [...(await scoreRows(mixture, rows, settings))], labels: '' });
  },
};

const work = await works[task.work]();
const start = performance.now();
const before = process.cpuUsage();
const result = await work();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
await features.close();
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    ...result,
  } satisfies Outcome),
);

function text64(values: Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
