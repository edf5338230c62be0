import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadFit, saveFit, type SavedFit } from '../../../src/science/mixture/fit-checkpoint.ts';
import { fitMixture, type FitSettings } from '../../../src/science/mixture/fit.ts';
import { rowsInMemory } from '../../../src/science/mixture/rows.ts';
import { randomOf } from '../../../src/science/random.ts';
import { folderOfTest } from '../../temporary-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await folderOfTest();
});

/** Rows of two crossing clouds. */
function rows(width: number) {
  const random = randomOf(4, 'clouds', width);
  const data = Float64Array.from(
    { length: 300 * width },
    (_, i) => random.normal() * (Math.floor(i / width) % 2 === 0 ? 1 : 1 + ((i % width) % 2)),
  );
  return rowsInMemory(data, width);
}

const settings: Omit<FitSettings, 'signal'> = {
  components: 3,
  covariance: 'full',
  regularization: 0.5,
  tolerance: 0,
  maximumIterations: 5,
  start: 'k-means',
  starts: 2,
  seed: 1,
  cpus: 1,
  memory: 2 ** 24,
};

describe('a fit that was interrupted', () => {
  it.each([
    ['in plain loops', 4],
    ['by matrix products', 160],
  ])('goes on where it was and ends with the same bits, %s', async (_, width) => {
    const whole = await fitMixture(rows(width), { ...settings, signal: new AbortController().signal });
    const done: string[] = [];
    // Interrupted after the third iteration of each start, and so three times over.
    let fitted: Awaited<ReturnType<typeof fitMixture>> | undefined;
    for (let attempt = 0; fitted === undefined && attempt < 5; attempt++) {
      const cancel = new AbortController();
      fitted = await fitMixture(rows(width), {
        ...settings,
        signal: cancel.signal,
        checkpoint: { folder, seconds: 0 },
        progress: (start, iteration) => {
          done.push(`${start}.${iteration}`);
          if (iteration === 3) cancel.abort();
        },
      }).catch(() => undefined);
    }
    expect(done).toEqual(['0.1', '0.2', '0.3', '0.4', '0.5', '1.1', '1.2', '1.3', '1.4', '1.5']);
    expect(fitted).toEqual(whole);
  });
});

describe('a saved fit', () => {
  const fit: SavedFit = {
    mixture: {
      covariance: 'diag',
      width: 2,
      components: [
        { weight: 0.25, mean: Float64Array.of(1, 2), factor: Float64Array.of(3, 4) },
        { weight: 0.75, mean: Float64Array.of(5, 6), factor: Float64Array.of(7, 8) },
      ],
    },
    labels: Int32Array.of(0, 1, 1),
    lowerBounds: [-2.5, -1.25],
    start: 1,
    ended: 1,
    converged: false,
    logLikelihoods: Float64Array.of(-1, -2, -3),
  };

  it('is read as it was written', async () => {
    await saveFit(folder, 'best', fit);
    expect(await loadFit(folder, 'best')).toEqual(fit);
    expect(await loadFit(folder, 'running')).toBeUndefined();
  });

  it('is not believed when a byte of it changed or is missing', async () => {
    await saveFit(folder, 'running', fit);
    const file = join(folder, 'running.checkpoint');
    const bytes = await readFile(file);
    await writeFile(file, bytes.with(bytes.length - 40, (bytes[bytes.length - 40] as number) ^ 1));
    expect(await loadFit(folder, 'running')).toBeUndefined();
    await writeFile(file, bytes.subarray(0, -1));
    expect(await loadFit(folder, 'running')).toBeUndefined();
  });
});
