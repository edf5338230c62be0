import { describe, expect, it } from 'vitest';
import type { CovarianceName } from '../../../src/science/mixture/covariance.ts';
import type { EngineSettings } from '../../../src/science/mixture/engine.ts';
import { scoreRows } from '../../../src/science/mixture/engines.ts';
import { iterate, type MaximizedMixture } from '../../../src/science/mixture/expectation-maximization.ts';
import { openMatrixEngine } from '../../../src/science/mixture/matrix-engine.ts';
import { logLikelihoods } from '../../../src/science/mixture/mixture.ts';
import { plainEngine } from '../../../src/science/mixture/plain-engine.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { randomOf } from '../../../src/science/random.ts';
import { difference } from './difference.ts';

const width = 200; // three blocks, the last a part of one
const count = 600;
const components = 3;
const settings: EngineSettings & { tolerance: number; maximumIterations: number } = {
  components,
  regularization: 0.05,
  tolerance: 0,
  maximumIterations: 3,
  cpus: 2,
  memory: 2 ** 20, // several batches of rows
  signal: new AbortController().signal,
};

/** Rows of three clusters `distance` apart, far from the origin; every cluster has covariances of its own. */
function clusters(distance: number): { data: Float64Array; labels: Int32Array } {
  const random = randomOf(17, 'clusters', distance);
  const labels = Int32Array.from({ length: count }, () => random.integer(components));
  const data = new Float64Array(count * width);
  labels.forEach((label, i) => {
    const common = random.normal();
    for (let d = 0; d < width; d++)
      data[i * width + d] =
        100 +
        distance * Math.sin(label * 7 + d) +
        (1 + ((d + label) % 5)) * (0.3 * random.normal() + 0.1 * common);
  });
  return { data, labels };
}

/** The labels of three rows in ten replaced: there is something to converge from. */
const disturbed = (labels: Int32Array): Int32Array =>
  labels.map((label, i) => (i % 10 < 3 ? (label + 1) % components : label));

async function fit(
  open: typeof openMatrixEngine | typeof plainEngine,
  data: Float64Array,
  start: Int32Array,
  name: CovarianceName = 'full',
  changed: Partial<EngineSettings> = {},
): Promise<MaximizedMixture> {
  const engine = await open(rowsInMemory(data, width), name, { ...settings, ...changed });
  try {
    return await iterate(engine, start, settings);
  } finally {
    await engine.close();
  }
}

describe('the engine of matrix products', () => {
  it.each([
    ['far apart', 8, 'full'],
    ['overlapping', 0.2, 'full'],
    ['one covariance for all', 0.2, 'tied'],
  ] as const)('agrees with the plain loops: %s', async (_, distance, name) => {
    const { data, labels } = clusters(distance);
    const plain = await fit(plainEngine, data, disturbed(labels), name);
    const matrix = await fit(openMatrixEngine, data, disturbed(labels), name);
    expect(difference(matrix.lowerBounds, plain.lowerBounds)).toBeLessThan(1e-11);
    expect(matrix.labels).toEqual(plain.labels);
    expect(difference(matrix.logLikelihoods, plain.logLikelihoods)).toBeLessThan(1e-10);
    matrix.mixture.components.forEach((component, k) => {
      const expected = plain.mixture.components[k];
      expect(component.weight).toBeCloseTo(expected?.weight as number, 12);
      expect(difference(component.mean, expected?.mean as Float64Array)).toBeLessThan(1e-11);
      expect(difference(component.factor, expected?.factor as Float64Array)).toBeLessThan(1e-9);
    });
  });

  it('starts from single rows, one for each component', async () => {
    const { data } = clusters(8);
    const start = new Int32Array(count).fill(-1);
    start.set([0, 1, 2], 40);
    const plain = await fit(plainEngine, data, start);
    const matrix = await fit(openMatrixEngine, data, start);
    expect(difference(matrix.lowerBounds, plain.lowerBounds)).toBeLessThan(1e-10);
    expect(matrix.labels).toEqual(plain.labels);
  });

  it('gives the same bits on one thread and on two', async () => {
    const { data, labels } = clusters(0.2);
    const two = await fit(openMatrixEngine, data, disturbed(labels));
    const one = await fit(openMatrixEngine, data, disturbed(labels), 'full', { cpus: 1 });
    expect(one.mixture).toEqual(two.mixture);
    expect(one.logLikelihoods).toEqual(two.logLikelihoods);
  });

  it('scores rows of which no component is known as the plain loops do', async () => {
    const { data, labels } = clusters(2);
    const { mixture } = await fit(openMatrixEngine, data, labels);
    const unseen = rowsInMemory(clusters(3).data, width);
    expect(
      difference(await scoreRows(mixture, unseen, settings), await logLikelihoods(mixture, unseen)),
    ).toBeLessThan(1e-11);
  });

  it('names the component whose covariance is singular, the column and the remedies', async () => {
    const { data, labels } = clusters(8);
    for (let i = 0; i < count; i++) data[i * width + 150] = data[i * width] as number; // determined
    await expect(fit(openMatrixEngine, data, labels, 'full', { regularization: 0 })).rejects.toThrow(
      /COVARIANCE_SINGULAR the covariance of component 0 \(of 3\) .* before column 150 leave it .* condition.*raise gmm\.regularization/,
    );
  });

  it('stops when it is cancelled', async () => {
    const { data, labels } = clusters(8);
    const cancel = new AbortController();
    cancel.abort();
    await expect(fit(openMatrixEngine, data, labels, 'full', { signal: cancel.signal })).rejects.toThrow(
      /abort/i,
    );
  });
});
