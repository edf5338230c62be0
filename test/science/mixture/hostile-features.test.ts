import { describe, expect, it } from 'vitest';
import { fitMixture, type FitSettings, type FittedMixture } from '../../../src/science/mixture/fit.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { measureStandardisation } from '../../../src/science/mixture/measure-standardisation.ts';
import { randomOf } from '../../../src/science/random.ts';
import { difference } from './difference.ts';

const settings: FitSettings = {
  components: 2,
  covariance: 'full',
  regularization: 0.1,
  tolerance: 1e-3,
  maximumIterations: 20,
  start: 'k-means',
  starts: 1,
  seed: 7,
  cpus: 1,
  memory: 2 ** 20,
  signal: new AbortController().signal,
};

/** Two clouds, as the features file holds them. */
function clouds(count: number, width: number): Float32Array {
  const random = randomOf(12, 'clouds', width);
  return Float32Array.from(
    { length: count * width },
    (_, i) => random.normal() + (Math.floor(i / width) % 2 === 0 ? 0 : 2 * Math.sin(i % width)),
  );
}

async function fit(
  data: Float32Array,
  width: number,
  changed: Partial<FitSettings> = {},
  standardized = true,
): Promise<FittedMixture> {
  const standardisation = standardized ? await measureStandardisation(rowsInMemory(data, width)) : undefined;
  return fitMixture(rowsInMemory(data, width, standardisation), { ...settings, ...changed });
}

const isFinite = ({ logLikelihoods }: FittedMixture): boolean => logLikelihoods.every(Number.isFinite);
const sizes = ({ labels }: FittedMixture, components: number): number[] =>
  Array.from({ length: components }, (_, k) => labels.filter((label) => label === k).length);

describe.each([
  ['in plain loops', 3],
  ['by matrix products', 120],
])('a fit %s', (_, width) => {
  const count = 4 * width + 100;

  it.each([100, -100])('is the same for features 2^%i times as large', async (power) => {
    const scaled = clouds(count, width).map((value) => value * 2 ** power);
    const plain = await fit(clouds(count, width), width);
    expect((await fit(scaled, width)).logLikelihoods).toEqual(plain.logLikelihoods);
    // Not standardised, each density is so many times as small.
    const own = await fit(clouds(count, width), width, { regularization: 0 }, false);
    const other = await fit(scaled, width, { regularization: 0 }, false);
    expect(other.labels).toEqual(own.labels);
    const shift = width * power * Math.LN2;
    expect(
      difference(
        other.logLikelihoods.map((value) => value + shift),
        own.logLikelihoods,
      ),
    ).toBeLessThan(1e-9);
  });

  it('takes the largest and the smallest numbers that the file can hold', async () => {
    const data = clouds(count, width);
    data.set([3.4e38, -3.4e38, 1e-45, -0], width);
    expect(isFinite(await fit(data, width))).toBe(true);
    const small = clouds(count, width).map((value) => value * 1e-40);
    const tiny = await fit(small, width, { regularization: 1e-80 }, false);
    expect(isFinite(tiny)).toBe(true);
  });

  it('holds constant columns by the regularization, and names the first of them without one', async () => {
    const data = clouds(count, width).map((value, i) => (i % width > 1 ? 0.1 : value));
    expect(isFinite(await fit(data, width))).toBe(true);
    await expect(fit(data, width, { regularization: 0, components: 1 })).rejects.toThrow(
      /^COVARIANCE_SINGULAR the covariance of component 0 \(of 1\) .* the columns before column 2 leave it a variance of 0\.0, .*, an infinite condition; .* with a regularization of 0 \(raise gmm\.regularization/,
    );
  });

  it('gives rows that are all the same one density', async () => {
    const row = clouds(1, width);
    const data = Float32Array.from({ length: count * width }, (_, i) => row[i % width] as number);
    const fitted = await fit(data, width, { components: 3 });
    expect(isFinite(fitted)).toBe(true);
    expect(new Set(fitted.logLikelihoods).size).toBe(1);
  });

  it('takes more components than there are distinct rows', async () => {
    const distinct = clouds(3, width);
    const data = Float32Array.from({ length: count * width }, (_, i) => distinct[i % (3 * width)] as number);
    const fitted = await fit(data, width, { components: 6 });
    expect(isFinite(fitted)).toBe(true);
    expect(sizes(fitted, 6).filter((size) => size > 0)).toHaveLength(3);
  });

  it('gives every row a component of its own where there are as many', async () => {
    const fitted = await fit(clouds(5, width), width, { components: 5 });
    expect(sizes(fitted, 5)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each(['k-means', 'k-means++', 'random', 'split'] as const)(
    'refuses more components than rows from a %s start',
    async (start) => {
      await expect(fit(clouds(5, width), width, { components: 6, start })).rejects.toThrow(
        'COMPONENTS_TOO_MANY 6 components cannot be fitted to 5 rows',
      );
    },
  );
});
