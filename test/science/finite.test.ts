import { describe, expect, it } from 'vitest';
import { nearestNeighbours } from '../../src/science/embedding/neighbours.ts';
import { principalAxes } from '../../src/science/embedding/principal-axes.ts';
import { embed } from '../../src/science/embedding/t-sne.ts';
import { trustworthiness } from '../../src/science/embedding/trustworthiness.ts';
import { areaUnderRoc } from '../../src/science/metrics/area-under-roc.ts';
import { averagePrecision } from '../../src/science/metrics/average-precision.ts';
import { balancedAccuracy } from '../../src/science/metrics/balanced-accuracy.ts';
import { precisionRecallCurve, rocCurve } from '../../src/science/metrics/curves.ts';
import { evaluateDetection } from '../../src/science/metrics/evaluation.ts';
import { scoreRows } from '../../src/science/mixture/engines.ts';
import { fitMixture, type FitSettings } from '../../src/science/mixture/fit.ts';
import { kMeans } from '../../src/science/mixture/k-means.ts';
import { measureStandardisation } from '../../src/science/mixture/measure-standardisation.ts';
import { rowsInMemory } from '../../src/science/mixture/rows.ts';
import { thresholdAt } from '../../src/science/mixture/threshold.ts';
import { randomOf } from '../../src/science/random.ts';
import { pairwiseAccuracy } from '../../src/science/ranking/pairwise-accuracy.ts';

const { signal } = new AbortController();
const settings: FitSettings = {
  components: 2,
  covariance: 'full',
  regularization: 0.1,
  tolerance: 1e-3,
  maximumIterations: 5,
  start: 'k-means',
  starts: 1,
  seed: 7,
  cpus: 1,
  memory: 2 ** 20,
  signal,
};

function cloud(width: number): Float64Array {
  const random = randomOf(1, 'cloud', width);
  return Float64Array.from({ length: 300 * width }, () => random.normal());
}

/** With one number changed: row 217, the last column. */
function spoilt(width: number, value: number): Float64Array {
  const data = cloud(width);
  data[217 * width + width - 1] = value;
  return data;
}

const fitted = async (width: number) =>
  (await fitMixture(rowsInMemory(cloud(width), width), settings)).mixture;

/** 4 columns go through plain loops, 100 through matrix products. */
describe.each([4, 100])('a row of %i features with a number that is none', (width) => {
  const uses: readonly (readonly [string, (data: Float64Array) => unknown])[] = [
    ['t-SNE', (data) => embed(data, width, { perplexity: 4, iterations: 20 })],
    ['the search for neighbours', (data) => nearestNeighbours(data, width, 3)],
    ['principal axes', (data) => principalAxes(data, width)],
    ['trustworthiness', (data) => trustworthiness(data, width, cloud(2), 3)],
    ['standardisation', (data) => measureStandardisation(rowsInMemory(data, width))],
    ['k-means', (data) => kMeans(rowsInMemory(data, width), 3, randomOf(1), signal)],
    ['a fit', (data) => fitMixture(rowsInMemory(data, width), settings)],
    [
      'a fit from rows drawn at random',
      (data) => fitMixture(rowsInMemory(data, width), { ...settings, start: 'random' }),
    ],
    [
      'scores',
      async (data) =>
        scoreRows(await fitted(width), rowsInMemory(data, width), { cpus: 1, memory: 2 ** 20, signal }),
    ],
  ];

  it.each(uses)('is refused by name: %s', async (_, use) => {
    await expect((async () => use(cloud(width)))()).resolves.toBeDefined();
    for (const value of [Number.NaN, Infinity, -Infinity])
      await expect((async () => use(spoilt(width, value)))()).rejects.toThrow(
        `FEATURES_NOT_FINITE row 217 holds ${value} in column ${width - 1}`,
      );
  });
});

it('trustworthiness refuses such a place in the plane, too', () => {
  expect(() => trustworthiness(cloud(4), 4, spoilt(2, Number.NaN), 3)).toThrow(
    'row 217 holds NaN in column 1',
  );
});

describe('settings of t-SNE', () => {
  it.each([
    ['perplexity', [0, Number.NaN, -1, Infinity, 0.2]],
    ['iterations', [Number.NaN, -1, 2.5, Infinity]],
    ['angle', [Number.NaN, -0.1, Infinity]],
  ] as const)('are refused by name: %s', async (name, values) => {
    for (const value of values)
      await expect(embed(cloud(4), 4, { [name]: value })).rejects.toThrow(
        `EMBEDDING_SETTING the ${name} is ${value}, expected`,
      );
  });

  it('go with the number of rows', async () => {
    await expect(embed(cloud(4), 4, { perplexity: 100 })).rejects.toThrow('EMBEDDING_ROWS_FEW');
    await expect(embed(cloud(4), 4, { perplexity: 1e9 })).rejects.toThrow('EMBEDDING_ROWS_FEW');
    const points = await embed(cloud(4).subarray(0, 16), 4, { perplexity: 0.9, iterations: 5 });
    expect(points.every(Number.isFinite)).toBe(true);
    for (const neighbours of [0, 150, Number.NaN])
      expect(() => trustworthiness(cloud(4), 4, cloud(2), neighbours)).toThrow('EMBEDDING_ROWS_FEW');
  });
});

describe('a score that is none', () => {
  const good = Float64Array.of(3, 1, 2);
  const bad = Float64Array.of(3, Number.NaN, 2);

  it.each<[string, (real: Float64Array, generated: Float64Array) => unknown]>([
    ['the area under the curve', areaUnderRoc],
    ['average precision', averagePrecision],
    ['accuracy', (real, generated) => balancedAccuracy(real, generated, 1)],
    ['the curve', rocCurve],
    ['precision over recall', precisionRecallCurve],
    ['an evaluation', (real, scores) => evaluateDetection(real, [{ name: 'LDM', scores }], 1)],
  ])('is refused by its place: %s', (_, metric) => {
    expect(metric(good, good)).toBeDefined();
    expect(() => metric(bad, good)).toThrow('METRIC_SCORE_NAN score 1 of the positive class is not a number');
    expect(() => metric(good, bad)).toThrow('METRIC_SCORE_NAN score 1 of the negative class is not a number');
  });

  it('is refused as a threshold, and where one is to be taken from scores', () => {
    expect(() => balancedAccuracy(good, good, Number.NaN)).toThrow('METRIC_SCORE_NAN');
    expect(() => thresholdAt(bad, 5)).toThrow('METRIC_SCORE_NAN log-likelihood 1 is not a number');
    expect(() => thresholdAt(Float64Array.of(), 5)).toThrow('THRESHOLD_ROWS');
    for (const percentile of [Number.NaN, -1, 101])
      expect(() => thresholdAt(good, percentile)).toThrow(
        `THRESHOLD_PERCENTILE the percentile is ${percentile}`,
      );
  });

  it('is refused in a ranking, and so is a value that has no logarithm', () => {
    expect(pairwiseAccuracy(good, good).share).toBe(1);
    expect(() => pairwiseAccuracy(bad, good)).toThrow('METRIC_SCORE_NAN score 1 is not a number');
    expect(() => pairwiseAccuracy(good, bad)).toThrow('METRIC_SCORE_NAN');
    expect(() => pairwiseAccuracy(good, [1, -1, 2])).toThrow('METRIC_SCORE_NAN');
  });

  it('does not come of having no generator', () => {
    expect(() => evaluateDetection(good, [], 1)).toThrow('METRIC_GENERATORS_NONE');
  });
});
