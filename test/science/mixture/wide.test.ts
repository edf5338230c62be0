import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CovarianceName } from '../../../src/science/mixture/covariance.ts';
import { scoreRows, usesMatrixProducts } from '../../../src/science/mixture/engines.ts';
import { maximizeExpectation } from '../../../src/science/mixture/expectation-maximization.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { thresholdAt } from '../../../src/science/mixture/threshold.ts';
import { difference } from './difference.ts';
import { makeRows, startOf, type WideShape } from './wide-rows.ts';

interface Fixture extends WideShape {
  name: string;
  covariance: CovarianceName;
  regularization: number;
  tolerance: number;
  maximumIterations: number;
  /** A digit for each row. */
  labels: string;
  converged: boolean;
  lowerBounds: number[];
  weights: number[];
  means: number[];
  /** Of the factors: their diagonals, and the sums of their rows. */
  diagonals: number[];
  sums: number[];
  /** Of the rows, then of those that were not fitted. */
  logLikelihoods: number[];
  flagged: number[];
}
const fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/mixture/wide.json', import.meta.url), 'utf8'),
) as Fixture[];

/** So little memory that the rows come in two batches. */
const resources = { cpus: 2, memory: 2 ** 18, signal: new AbortController().signal };

describe('expectation-maximisation of features in more than one panel agrees with scikit-learn', () => {
  it.each(fixtures)('$name', async (fixture) => {
    const { rows, width, covariance } = fixture;
    expect(usesMatrixProducts(fixture, covariance)).toBe(true);
    const data = makeRows(fixture);
    const fit = await maximizeExpectation(
      rowsInMemory(data.subarray(0, rows * width), width),
      startOf(fixture),
      {
        ...fixture,
        ...resources,
      },
    );
    expect(fit.converged).toBe(fixture.converged);
    expect(difference(fit.lowerBounds, fixture.lowerBounds)).toBeLessThan(1e-9);
    expect([...fit.labels].join('')).toBe(fixture.labels);
    const { components } = fit.mixture;
    const weights = components.map(({ weight }) => weight);
    expect(difference(weights, fixture.weights)).toBeLessThan(1e-9);
    expect(
      difference(
        components.flatMap(({ mean }) => [...mean]),
        fixture.means,
      ),
    ).toBeLessThan(1e-9);
    const factors = (covariance === 'tied' ? components.slice(0, 1) : components).map(({ factor }) => factor);
    const ofRows = <Value>(value: (row: Float64Array, d: number) => Value) =>
      factors.flatMap((factor) =>
        Array.from({ length: width }, (_, d) => value(factor.subarray(d * width, (d + 1) * width), d)),
      );
    expect(
      difference(
        ofRows((row, d) => row[d] as number),
        fixture.diagonals,
      ),
    ).toBeLessThan(1e-8);
    expect(
      difference(
        ofRows((row) => row.reduce((sum, value) => sum + value, 0)),
        fixture.sums,
      ),
    ).toBeLessThan(1e-8);
    const scores = await scoreRows(fit.mixture, rowsInMemory(data, width), resources);
    expect(difference(scores, fixture.logLikelihoods)).toBeLessThan(1e-9);
    expect(difference(fit.logLikelihoods, scores.subarray(0, rows))).toBeLessThan(1e-12);
    const threshold = thresholdAt(fit.logLikelihoods, 5);
    const flags = [...fit.logLikelihoods, ...scores.subarray(rows)].map((score) => score < threshold);
    expect(flags.flatMap((flag, i) => (flag ? [i] : []))).toEqual(fixture.flagged);
  });
});
