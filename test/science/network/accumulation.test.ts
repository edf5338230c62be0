import { describe, expect, it } from 'vitest';
import { exampleBatch } from './example-batch.ts';
import type { Network } from '../../../src/science/network/description.ts';
import { openGradients } from '../../../src/science/network/gradients.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import { symmetric } from '../../../src/science/network/pixels.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';
import type { Objective } from '../../../src/science/network/training-graph.ts';
import { randomOf } from '../../../src/science/random.ts';
import { pretextObjective } from '../../../src/science/ranking/objective.ts';

const size = 16;
const batch = 6;
const demo = demoNetwork([3, 4, 4], 5);
/** Without normalisation nothing but the loss joins the images of a batch. */
const plain: Network = {
  name: 'plain',
  channels: 3,
  normalization: symmetric,
  layers: [
    { name: 'conv', kind: 'convolution', channels: 4, kernel: 3, stride: 2, padding: 1 },
    { name: 'relu', kind: 'relu' },
    { name: 'means', kind: 'grid-mean', grid: 2 },
    { name: 'features', kind: 'linear', features: 6 },
    { name: 'heads', kind: 'linear', features: 5 },
  ],
  outputs: ['features', 'heads'],
};
const { images, labels } = exampleBatch(3, batch, size);
const objective = pretextObjective({ exif: true, manipulation: true }, 'paper');

describe('gradients of a batch in micro-batches', () => {
  it.each([1, 2, 3])('of %i are those of the whole batch, its pairs included', async (microBatch) => {
    const whole = await compute(batch);
    const parts = await compute(microBatch);
    expect(parts.loss['loss.exif']).toBeCloseTo(whole.loss['loss.exif'] as number, 6);
    expect(parts.loss['loss.manipulation']).toBeCloseTo(whole.loss['loss.manipulation'] as number, 6);
    expect(distance(parts.gradients, whole.gradients)).toBeLessThan(1e-5);
  });

  it('see the statistics of a micro-batch where the network normalises, and report their mean', async () => {
    const layout = layOut(demo, size);
    const { weights } = initialParameters(layout, 2);
    const random = randomOf(4);
    const pull = Float32Array.from({ length: batch * 5 }, () => random.normal());
    const weighted: Objective = ({ graph, batch: rows }) => ({
      gradients: { heads: graph.constant(pull, [rows, 5]) },
    });
    const source = await openGradients({
      layout,
      weights,
      batch,
      microBatch: 3,
      objective: weighted,
      cpus: 1,
    });
    await source.compute(images, {});
    await source.close();

    const half = images.length / 2;
    const [first, second] = await Promise.all(
      [0, 1].map(async (index) => {
        const part: Objective = ({ graph }) => ({
          gradients: { heads: graph.constant(pull.slice(index * 15, (index + 1) * 15), [3, 5]) },
        });
        const alone = await openGradients({ layout, weights, batch: 3, objective: part, cpus: 1 });
        await alone.compute(images.subarray(index * half, (index + 1) * half), {});
        await alone.close();
        return alone;
      }),
    );
    const added = (first?.gradients.data ?? []).map(
      (value, i) => value + (second?.gradients.data[i] as number),
    );
    expect(source.gradients.data).toEqual(added);
    const mean = (first?.batchStatistics.data ?? []).map(
      (value, i) => (value + (second?.batchStatistics.data[i] as number)) / 2,
    );
    expect(distance(source.batchStatistics.data, mean as Float32Array)).toBeLessThan(1e-6);
  });

  it('are refused where they do not divide the batch', async () => {
    await expect(compute(4)).rejects.toMatchObject({ failure: { code: 'MICRO_BATCH' } });
  });
});

async function compute(microBatch: number) {
  const layout = layOut(plain, size);
  const { weights } = initialParameters(layout, 2);
  const source = await openGradients({ layout, weights, batch, microBatch, objective, cpus: 1 });
  const loss = await source.compute(images, labels);
  await source.close();
  return { loss, gradients: source.gradients.data };
}

/** |a - b| / |b|, as vectors. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number))) / Math.hypot(...b);
}
