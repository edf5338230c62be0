/**
 * How the processor time of one iteration grows with rows, columns and components, against the arithmetic that no exact method
 * can do without. Processor time, because it says the same on a busy machine.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leastProcessorSeconds, report } from '../measure.ts';
import { openMatrixProducts } from '../../src/science/mixture/matrix-products.ts';
import { writeFeatures, type Shape } from './data.ts';
import { runOurs, threads } from './task.ts';

/** Of the clusters in the overlapping features of this bench. */
export const overlap = 0.15;

/** One point of the picture. */
export interface GrowthPoint {
  readonly axis: 'N, rows' | 'D, columns' | 'K, components';
  readonly value: number;
  /** Of a processor: one iteration, with the first maximisation and the last expectation. */
  readonly seconds: number;
  readonly limitSeconds: number;
}

const middle: Shape = { rows: 8000, width: 384, clusters: 4, distance: overlap };
const axes = [
  { axis: 'N, rows', key: 'rows', values: [2000, 4000, 8000, 16_000, 32_000] },
  { axis: 'D, columns', key: 'width', values: [96, 192, 384, 768, 1536] },
  { axis: 'K, components', key: 'clusters', values: [1, 2, 4, 8, 16, 32] },
] as const;

/** Measures each size twice, keeps the least and writes `growth.json` here, from which `plot.ts` draws. */
export async function measureGrowth(folder: string): Promise<void> {
  const speed = await multiplicationsPerProcessorSecond();
  const points: GrowthPoint[] = [];
  for (const { axis, key, values } of axes)
    for (const value of values) {
      const shape = { ...middle, [key]: value };
      await writeFeatures(folder, shape);
      const seconds = Math.min(await oneIteration(folder, shape), await oneIteration(folder, shape));
      const limitSeconds = leastProducts(shape) / speed;
      points.push({ axis, value, seconds: rounded(seconds), limitSeconds: rounded(limitSeconds) });
      reportAgainstLimit(
        `${axis.slice(0, 1)}=${value}: processor time`,
        shape,
        seconds,
        speed,
        'one iteration',
      );
    }
  await writeFile(join(import.meta.dirname, 'growth.json'), `${JSON.stringify(points, null, 1)}\n`);
}

async function oneIteration(folder: string, { clusters }: Shape): Promise<number> {
  const task = { work: 'fit', components: clusters, covariance: 'full', iterations: 1 } as const;
  return (await runOurs(folder, task)).cpuSeconds;
}

export function reportAgainstLimit(
  name: string,
  shape: Shape,
  seconds: number,
  speed: number,
  note: string,
): void {
  const againstSeconds = leastProducts(shape) / speed;
  report({ suite: 'mixture', case: name, seconds, against: 'limit', againstSeconds, note });
}

/** For each row its own component alone, half a square for each of two expectations and two maximisations. */
const leastProducts = ({ rows, width }: Shape): number => (4 * rows * width ** 2) / 2;

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Of one large product on two threads of this process. */
export async function multiplicationsPerProcessorSecond(): Promise<number> {
  const [size, rows] = [768, 4096];
  const products = await openMatrixProducts(threads);
  const square = new Float64Array(size * size).fill(1);
  const columns = new Float64Array(size * rows).fill(1);
  const { product } = await leastProcessorSeconds(
    { product: () => products.times(square, columns, size) },
    { rounds: 5, repetitions: 4 },
  );
  await products.close();
  return (size * size * rows) / product;
}
