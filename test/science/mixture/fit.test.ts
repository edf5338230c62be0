import { describe, expect, it } from 'vitest';
import { fitMixture, type FitSettings } from '../../../src/science/mixture/fit.ts';
import { checkFiniteRows, rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { measureStandardisation } from '../../../src/science/mixture/measure-standardisation.ts';
import { randomOf } from '../../../src/science/random.ts';

const settings: FitSettings = {
  components: 3,
  covariance: 'full',
  regularization: 1e-6,
  tolerance: 1e-3,
  maximumIterations: 100,
  start: 'k-means',
  starts: 1,
  seed: 7,
  cpus: 1,
  memory: 2 ** 26,
  signal: new AbortController().signal,
};

/** 300 points in the plane around three far centres; row i belongs to centre i mod 3. */
function threeClusters(): Float64Array {
  const random = randomOf(3, 'clusters');
  const centres = [0, 0, 20, 0, 0, 20];
  return Float64Array.from(
    { length: 600 },
    (_, i) => (centres[(Math.floor(i / 2) % 3) * 2 + (i % 2)] as number) + random.normal(),
  );
}

describe('fitMixture', () => {
  it.each(['k-means', 'k-means++', 'split'] as const)(
    'finds three far clusters from a %s start',
    async (start) => {
      const { labels, mixture, converged } = await fitMixture(rowsInMemory(threeClusters(), 2), {
        ...settings,
        start,
      });
      expect(converged).toBe(true);
      const names = [labels[0], labels[1], labels[2]];
      expect(new Set(names).size).toBe(3);
      labels.forEach((label, i) => expect(label).toBe(names[i % 3]));
      for (const { weight } of mixture.components) expect(weight).toBeCloseTo(1 / 3, 6);
    },
  );

  it('finds one component for each row of a far triangle from a random start', async () => {
    const { labels } = await fitMixture(rowsInMemory(Float64Array.of(0, 0, 20, 0, 0, 20), 2), {
      ...settings,
      start: 'random',
    });
    expect(new Set(labels)).toEqual(new Set([0, 1, 2]));
  });

  it('refines a mixture of half as many components when it splits', async () => {
    const two = await fitMixture(rowsInMemory(threeClusters(), 2), { ...settings, components: 2 });
    const four = await fitMixture(rowsInMemory(threeClusters(), 2), {
      ...settings,
      components: 4,
      start: 'split',
    });
    expect(new Set(four.labels).size).toBe(4);
    expect(four.lowerBounds[0]).toBeGreaterThan(two.lowerBounds.at(-1) as number);
  });

  it.each([4, 5, 12])('refines a mixture of three at hand into one of %i', async (components) => {
    const rows = rowsInMemory(threeClusters(), 2);
    const three = await fitMixture(rows, settings);
    const more = await fitMixture(rows, { ...settings, components, start: 'split', fewer: three.mixture });
    expect(new Set(more.labels).size).toBe(components);
    expect(more.lowerBounds[0]).toBeGreaterThan(three.lowerBounds.at(-1) as number);
    const pairs = new Set(Array.from(more.labels, (label, i) => `${label} of ${three.labels[i]}`));
    expect(pairs.size).toBe(components); // each within one of the three
  });

  it('does not start from a mixture that cannot be split', async () => {
    const rows = rowsInMemory(threeClusters(), 2);
    const { mixture } = await fitMixture(rows, settings);
    const refused = async (changed: Partial<FitSettings>, reason: string) => {
      await expect(fitMixture(rows, { ...settings, fewer: mixture, ...changed })).rejects.toThrow(
        `WARM_START_UNFIT a mixture cannot start from the one in warmStart: ${reason} (set gmm.start to split and warmStart to`,
      );
    };
    await refused({ components: 4 }, 'gmm.start is k-means, which does not start from it');
    const split = { start: 'split' } as const;
    await refused({ ...split }, 'it has 3 components, as many as the 3 asked for or more');
    const other = { ...mixture, width: 7 };
    await refused(
      { ...split, components: 4, fewer: other },
      'it was fitted to features of 7 columns, these have 2',
    );
  });

  it('gives the same numbers for the same seed', async () => {
    const more = { ...settings, components: 5, starts: 2 };
    const one = await fitMixture(rowsInMemory(threeClusters(), 2), more);
    const two = await fitMixture(rowsInMemory(threeClusters(), 2), more);
    expect(two.logLikelihoods).toEqual(one.logLikelihoods);
    expect(two.mixture).toEqual(one.mixture);
  });

  it('keeps the start with the greatest lower bound', async () => {
    const bounds = new Map<number, number>();
    const fitted = await fitMixture(rowsInMemory(threeClusters(), 2), {
      ...settings,
      components: 6,
      starts: 4,
      progress: (start, _iteration, lowerBound) => bounds.set(start, lowerBound),
    });
    expect(bounds.size).toBe(4);
    expect(fitted.lowerBounds.at(-1)).toBe(Math.max(...bounds.values()));
    expect(bounds.get(fitted.start)).toBe(fitted.lowerBounds.at(-1));
  });

  it('has a mean log-likelihood that grows with the number of components', async () => {
    const rows = rowsInMemory(threeClusters(), 2);
    const one = await fitMixture(rows, { ...settings, components: 1 });
    const three = await fitMixture(rows, settings);
    expect(three.lowerBounds.at(-1)).toBeGreaterThan((one.lowerBounds.at(-1) as number) + 1);
  });

  it('fits as many components as there are rows, and duplicated rows, when regularized', async () => {
    const data = Float64Array.of(0, 0, 1, 1, 1, 1, 1, 1);
    const { logLikelihoods } = await fitMixture(rowsInMemory(data, 2), {
      ...settings,
      components: 4,
      regularization: 0.1,
    });
    expect([...logLikelihoods].every(Number.isFinite)).toBe(true);
  });

  it('refuses more components than rows', async () => {
    await expect(
      fitMixture(rowsInMemory(new Float64Array(10), 2), { ...settings, components: 6 }),
    ).rejects.toThrow(
      'COMPONENTS_TOO_MANY 6 components cannot be fitted to 5 rows of features; every component needs at least one row ' +
        '(set gmm.components to 5 or less (far less for a stable fit), or use more real faces)',
    );
  });

  it('refuses features without rows', async () => {
    await expect(fitMixture(rowsInMemory(new Float64Array(), 2), settings)).rejects.toThrow('FEATURES_EMPTY');
  });
});

describe('checkFiniteRows', () => {
  it('names the row, its image and the column', async () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, Number.NaN);
    await expect(
      checkFiniteRows(rowsInMemory(data, 2), 'features/train', ['a.jpg', 'b.jpg', 'c.jpg']),
    ).rejects.toThrow(
      'features/train: FEATURES_NOT_FINITE row 2 (c.jpg) of the features/train features holds NaN in column 1',
    );
    await expect(checkFiniteRows(rowsInMemory(Float32Array.of(1, Infinity), 2), 'x')).rejects.toThrow(
      'row 0 of the x features holds Infinity in column 1',
    );
  });

  it('is content with finite numbers', async () => {
    await expect(checkFiniteRows(rowsInMemory(Float32Array.of(1, -2), 2), 'x')).resolves.toBeUndefined();
  });
});

describe('measureStandardisation', () => {
  it('gives columns of mean 0 and deviation 1, and leaves a constant column at 0', async () => {
    const data = Float64Array.from({ length: 60 }, (_, i) =>
      i % 3 === 2 ? 0.1 : Math.sin(i) * 10 ** (i % 3) + 5,
    );
    (await measureStandardisation(rowsInMemory(data, 3))).apply(data);
    for (const column of [0, 1, 2]) {
      const values = data.filter((_, i) => i % 3 === column);
      const mean = values.reduce((sum, value) => sum + value, 0) / 20;
      expect(mean).toBeCloseTo(0, 12);
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20;
      expect(variance).toBeCloseTo(column === 2 ? 0 : 1, 12);
    }
  });
});
