import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionalAffinities, jointAffinities } from '../../../src/science/embedding/affinities.ts';
import { nearestNeighbours } from '../../../src/science/embedding/neighbours.ts';
import { principalAxes } from '../../../src/science/embedding/principal-axes.ts';
import { divergenceGradient, embed } from '../../../src/science/embedding/t-sne.ts';
import { trustworthiness } from '../../../src/science/embedding/trustworthiness.ts';
import { randomOf } from '../../../src/science/random.ts';

/** 300 digits, and what scikit-learn makes of them. */
const digits = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/embedding/digits.json'), 'utf8'),
) as {
  width: number;
  labels: number[];
  data: number[];
  embedding: number[];
  trustworthiness: Record<string, number>;
};
const data = Float64Array.from(digits.data);
const { width } = digits;

describe('trustworthiness', () => {
  it("is scikit-learn's, of scikit-learn's own embedding", () => {
    const points = Float64Array.from(digits.embedding);
    for (const [neighbours, expected] of Object.entries(digits.trustworthiness))
      expect(trustworthiness(data, width, points, Number(neighbours))).toBeCloseTo(expected, 9);
  });

  it('is 1 where nothing was lost, and about one half for points at random', () => {
    const random = randomOf(1, 'plane');
    const plane = Float64Array.from({ length: 400 }, () => random.normal());
    const other = Float64Array.from({ length: 400 }, () => random.normal());
    expect(trustworthiness(plane, 2, plane, 10)).toBe(1);
    expect(trustworthiness(plane, 2, other, 10)).toBeGreaterThan(0.4);
    expect(trustworthiness(plane, 2, other, 10)).toBeLessThan(0.6);
  });
});

describe('embed', () => {
  it("keeps neighbours as well as scikit-learn's t-SNE does, and digits of a kind together", async () => {
    const points = await embed(data, width);
    for (const [neighbours, reference] of Object.entries(digits.trustworthiness))
      expect(trustworthiness(data, width, points, Number(neighbours))).toBeGreaterThan(reference - 0.005);
    expect(sameLabelNearby(points)).toBeGreaterThan(
      sameLabelNearby(Float64Array.from(digits.embedding)) - 0.02,
    );
  });

  it('gives equal numbers on equal data', async () => {
    const short = { iterations: 60 };
    expect(await embed(data, width, short)).toEqual(await embed(data, width, short));
  });

  it('refuses fewer rows than three times the perplexity', async () => {
    await expect(embed(data.subarray(0, 90 * width), width)).rejects.toThrow(/EMBEDDING_ROWS_FEW/);
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(embed(data, width, { signal })).rejects.toThrow('enough');
  });

  it('bears rows that are all the same', async () => {
    const points = await embed(new Float32Array(200).fill(1), 2, { perplexity: 20, iterations: 60 });
    expect(points.every(Number.isFinite)).toBe(true);
  });
});

describe('the affinities', () => {
  const neighbours = nearestNeighbours(data, width, 90);

  it('have the perplexity asked for around every row', () => {
    const rows = conditionalAffinities(neighbours, 30);
    for (let row = 0; row < 300; row++) {
      const shares = rows.subarray(row * 90, row * 90 + 90);
      const entropy = -shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
      expect(Math.exp(entropy)).toBeCloseTo(30, 3);
    }
  });

  it('sum to one and are symmetric', () => {
    const { starts, columns, values } = jointAffinities(neighbours, 30);
    const cells = new Map<string, number>();
    for (let row = 0; row < 300; row++)
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++)
        cells.set(`${row} ${columns[at]}`, values[at] ?? NaN);
    expect([...cells.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    for (const [place, value] of cells)
      expect(cells.get(place.split(' ').toReversed().join(' '))).toBeCloseTo(value, 15);
  });
});

describe('the gradient', () => {
  const affinities = jointAffinities(nearestNeighbours(data, width, 30), 10);
  const random = randomOf(3, 'points');
  const points = Float64Array.from({ length: 600 }, () => 5 * random.normal());

  it('is that of the divergence, by central differences, where nothing is taken together', () => {
    const { gradient } = divergenceGradient(points, affinities, 0);
    for (const place of [0, 1, 77, 300, 599]) {
      const moved = (by: number): number => {
        const shifted = points.slice();
        shifted[place] = (shifted[place] ?? 0) + by;
        return divergence(shifted);
      };
      expect(gradient[place]).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 7);
    }
  });

  it('changes little where far points are taken together', () => {
    const exact = divergenceGradient(points, affinities, 0).gradient;
    const near = divergenceGradient(points, affinities, 0.5).gradient;
    expect(norm(near.map((value, i) => value - (exact[i] ?? 0))) / norm(exact)).toBeLessThan(0.02);
  });

  it('counts points in one place, each for itself', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 40 }), (numbers) => {
        const some = Float64Array.from(numbers.slice(0, numbers.length & ~1));
        const none = {
          starts: new Int32Array(some.length / 2 + 1),
          columns: new Int32Array(0),
          values: new Float64Array(0),
        };
        expect(divergenceGradient(some, none, 0).normalization).toBeCloseTo(kernelSum(some), 9);
      }),
    );
  });

  /** Less a constant: -sum p log q. */
  function divergence(points: Float64Array): number {
    const { starts, columns, values } = affinities;
    const total = kernelSum(points);
    let sum = 0;
    for (let i = 0; i < 300; i++)
      for (let at = starts[i] ?? 0; at < (starts[i + 1] ?? 0); at++)
        sum -= (values[at] ?? 0) * Math.log(kernel(points, i, columns[at] ?? 0) / total);
    return sum;
  }
});

describe('principalAxes', () => {
  it('finds the long and the middle axis of a cloud', () => {
    const random = randomOf(5, 'cloud');
    const lengths = [1, 0.1, 8];
    const rows = Float64Array.from({ length: 3000 }, (_, at) => (lengths[at % 3] ?? 1) * random.normal() + 4);
    const scores = principalAxes(rows, 3);
    const longest = correlation(column(scores, 2, 0), column(rows, 3, 2));
    expect(longest).toBeGreaterThan(0.999);
    expect(Math.abs(correlation(column(scores, 2, 1), column(rows, 3, 0)))).toBeGreaterThan(0.99);
  });
});

const kernel = (points: Float64Array, i: number, j: number): number =>
  1 /
  (1 +
    ((points[2 * i] ?? 0) - (points[2 * j] ?? 0)) ** 2 +
    ((points[2 * i + 1] ?? 0) - (points[2 * j + 1] ?? 0)) ** 2);

function kernelSum(points: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < points.length / 2; i++)
    for (let j = 0; j < points.length / 2; j++) if (i !== j) sum += kernel(points, i, j);
  return sum;
}

/** Share of the five nearest in the plane that show the same digit. */
function sameLabelNearby(points: Float64Array): number {
  const { places } = nearestNeighbours(points, 2, 5);
  const same = places.filter((place, at) => digits.labels[place] === digits.labels[Math.floor(at / 5)]);
  return same.length / places.length;
}

const column = (rows: Float64Array, width: number, place: number): number[] =>
  [...rows].filter((_, at) => at % width === place);

function correlation(a: readonly number[], b: readonly number[]): number {
  return products(a, b) / Math.sqrt(products(a, a) * products(b, b));
}

/** Of what two lists differ from their means by. */
function products(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * ((b[i] ?? 0) - meanB), 0);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const norm = (values: Float64Array): number => Math.hypot(...values);
