/**
 * Ours, in a process of its own: `node fit.ts FOLDER COMPONENTS ITERATIONS THREADS`. Reads what `data.ts` wrote (more than a
 * quarter of a gigabyte from disk, again and again), fits from its labels (modulo COMPONENTS) and prints `{ seconds, cpuSeconds, peakMemory, lowerBounds, labels }`.
 */
import { join } from 'node:path';
import { openNpy, readNpy } from '../../src/science/array/npy.ts';
import { maximizeExpectation } from '../../src/science/mixture/expectation-maximization.ts';
import { rowsInMemory, rowsOnDisk } from '../../src/science/mixture/rows.ts';

const [folder = '', components, iterations, cpus] = process.argv.slice(2);
const features = await openNpy(join(folder, 'features.npy'), '<f4');
const [count, width] = features.shape as [number, number];
const isSmall = count * width < 2 ** 26;
const rows = isSmall
  ? rowsInMemory(await features.rows(0, count), width)
  : rowsOnDisk({
      name: 'bench',
      width,
      ids: Array.from<string>({ length: count }),
      read: (first, size) => features.rows(first, size),
      close: () => features.close(),
    });
const labels = (await readNpy(join(folder, 'labels.npy'), '<i4')).data;
const start = performance.now();
const before = process.cpuUsage();
const fitted = await maximizeExpectation(
  rows,
  labels.map((label) => label % Number(components)),
  {
    components: Number(components),
    covariance: 'full',
    regularization: 1e-6,
    tolerance: 0,
    maximumIterations: Number(iterations),
    cpus: Number(cpus),
    memory: 2 ** 27,
    signal: new AbortController().signal,
  },
);
await features.close();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    lowerBounds: fitted.lowerBounds,
    labels: Buffer.from(fitted.labels.buffer).toString('base64'),
  }),
);
