import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CovarianceName } from '../../../src/science/mixture/covariance.ts';
import {
  iterate,
  maximizeExpectation,
  type MaximizationSettings,
} from '../../../src/science/mixture/expectation-maximization.ts';
import { openMatrixEngine } from '../../../src/science/mixture/matrix-engine.ts';
import { informationCriteria, logLikelihoods } from '../../../src/science/mixture/mixture.ts';
import { plainEngine } from '../../../src/science/mixture/plain-engine.ts';
import { thresholdAt } from '../../../src/science/mixture/threshold.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { difference } from './difference.ts';

interface Fixture {
  name: string;
  covariance: CovarianceName;
  components: number;
  regularization: number;
  tolerance: number;
  maximumIterations: number;
  width: number;
  data: number[];
  start: number[];
  labels: number[];
  lowerBounds: number[];
  converged: boolean;
  weights: number[];
  means: number[];
  precisionsCholesky: number[];
  logLikelihoods: number[];
  /** Of the training rows, then of the unseen ones: the positions of those below the threshold of 5 %. */
  flagged: number[];
  unseen: number[];
  unseenLogLikelihoods: number[];
  aic: number;
  bic: number;
}
const fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/mixture/expectation-maximization.json', import.meta.url), 'utf8'),
) as Fixture[];

const neverAborted = new AbortController().signal;
/** What changes no result. */
const resources = { cpus: 1, memory: 2 ** 26, signal: neverAborted };
const matrix = (data: readonly number[], width: number) => rowsInMemory(Float64Array.from(data), width);

/** Within `relative` of the largest number. */
function expectClose(found: Iterable<number>, expected: readonly number[], relative: number): void {
  expect(difference(found, expected)).toBeLessThan(relative);
}

const isWide = ({ covariance }: Fixture) => covariance === 'full' || covariance === 'tied';

describe.each([
  ['in plain loops', fixtures, plainEngine],
  ['by matrix products', fixtures.filter(isWide), openMatrixEngine],
] as const)('expectation-maximisation %s agrees with scikit-learn from the same start', (_, cases, open) => {
  it.each(cases)('$name', async (fixture) => {
    const rows = matrix(fixture.data, fixture.width);
    const settings = { ...fixture, ...resources };
    const engine = await open(rows, fixture.covariance, settings);
    const fit = await iterate(engine, Int32Array.from(fixture.start), settings);
    await engine.close();
    expect(fit.converged).toBe(fixture.converged);
    expectClose(fit.lowerBounds, fixture.lowerBounds, 1e-9);
    expect([...fit.labels]).toEqual(fixture.labels);
    expectClose(fit.logLikelihoods, fixture.logLikelihoods, 1e-9);
    const { components } = fit.mixture;
    expectClose(
      components.map(({ weight }) => weight),
      fixture.weights,
      1e-9,
    );
    expectClose(
      components.flatMap(({ mean }) => [...mean]),
      fixture.means,
      1e-9,
    );
    const { width } = fixture;
    const own = fixture.covariance === 'tied' ? components.slice(0, 1) : components;
    const upper = own.flatMap(({ factor }) =>
      !isWide(fixture)
        ? [...factor]
        : Array.from(factor, (_, i) => factor[(i % width) * width + Math.floor(i / width)] as number),
    );
    expectClose(upper, fixture.precisionsCholesky, 1e-8);
    const unseen = await logLikelihoods(fit.mixture, matrix(fixture.unseen, fixture.width));
    expectClose(unseen, fixture.unseenLogLikelihoods, 1e-8);
    const threshold = thresholdAt(fit.logLikelihoods, 5);
    const flags = [...fit.logLikelihoods, ...unseen].map((score) => score < threshold);
    expect(flags.flatMap((flag, i) => (flag ? [i] : []))).toEqual(fixture.flagged);
    const { aic, bic } = informationCriteria(fit.mixture, fit.logLikelihoods);
    expectClose([aic, bic], [fixture.aic, fixture.bic], 1e-9);
  });
});

describe('expectation-maximisation', () => {
  const [first] = fixtures as [Fixture];
  const rows = matrix(first.data, first.width);
  const start = Int32Array.from(first.start);
  const settings: MaximizationSettings = { ...first, ...resources };

  it('never lowers the bound', async () => {
    const overlapping = fixtures[1] as Fixture;
    const { lowerBounds } = await maximizeExpectation(
      matrix(overlapping.data, overlapping.width),
      Int32Array.from(overlapping.start),
      { ...overlapping, ...resources, tolerance: 1e-12, regularization: 0 },
    );
    expect(lowerBounds.length).toBeGreaterThan(4);
    lowerBounds.slice(1).forEach((bound, i) => {
      expect(bound).toBeGreaterThanOrEqual((lowerBounds[i] as number) - 1e-12);
    });
  });

  it('reports each iteration with its lower bound', async () => {
    const seen: [number, number][] = [];
    const { lowerBounds } = await maximizeExpectation(rows, start, {
      ...settings,
      progress: (iteration, lowerBound) => seen.push([iteration, lowerBound]),
    });
    expect(seen).toEqual(lowerBounds.map((bound, i) => [i + 1, bound]));
  });

  it('stops between iterations when it is cancelled', async () => {
    const cancel = new AbortController();
    let iterations = 0;
    const fitting = maximizeExpectation(rows, start, {
      ...settings,
      tolerance: 0,
      signal: cancel.signal,
      progress: () => {
        iterations++;
        cancel.abort();
      },
    });
    await expect(fitting).rejects.toThrow(/abort/i);
    expect(iterations).toBe(1);
  });

  it.each(['full', 'diag'] as const)(
    'names the component whose %s covariance is singular, and the remedies',
    async (covariance) => {
      const data = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? Math.sin(i) : 2)); // the second column is constant
      const fitting = maximizeExpectation(matrix(data, 2), new Int32Array(20), {
        ...settings,
        covariance,
        components: 1,
        regularization: 0,
      });
      await expect(fitting).rejects.toThrow(
        /^COVARIANCE_SINGULAR the covariance of component 0 \(of 1\) is not positive definite: the columns before column 1 leave it a variance of \d\.\de-\d\d, where the largest is 0\.\d+, a condition of \d\.\de\+\d+ at least; 20\.0 rows belong to it, in 2 dimensions, with a regularization of 0 \(raise gmm\.regularization, lower gmm\.components, or set gmm\.covariance to tied, diag or spherical\)$/,
      );
    },
  );
});
