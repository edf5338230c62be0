import { describe, expect, it } from 'vitest';
import { kMeans } from '../../../src/science/mixture/k-means.ts';
import { openMatrixProducts } from '../../../src/science/mixture/matrix-products.ts';
import { distancesByProducts } from '../../../src/science/mixture/squared-distances.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { randomOf } from '../../../src/science/random.ts';

const neverAborted = new AbortController().signal;

function cloud(count: number, width: number) {
  const random = randomOf(9, 'cloud');
  const data = Float64Array.from({ length: count * width }, (_, i) => {
    const row = Math.floor(i / width);
    return random.normal() + 0.5 * Math.sin((row % 5) * (i % width));
  });
  return rowsInMemory(data, width);
}

describe('kMeans', () => {
  it('finds the same clusters by matrix products as by loops', async () => {
    const rows = cloud(400, 30);
    const products = await openMatrixProducts(2);
    const byProducts = await kMeans(rows, 5, randomOf(1), neverAborted, distancesByProducts(products));
    await products.close();
    expect(byProducts).toEqual(await kMeans(rows, 5, randomOf(1), neverAborted));
    expect(new Set(byProducts).size).toBe(5);
  });

  it('gives every cluster a row as long as there are distinct rows', async () => {
    const rows = rowsInMemory(Float64Array.of(0, 0, 0, 0, 0, 1, 2, 3), 1);
    expect(new Set(await kMeans(rows, 4, randomOf(3), neverAborted)).size).toBe(4);
  });
});
