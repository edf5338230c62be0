import { describe, expect, it } from 'vitest';
import { exampleBatch } from './example-batch.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import type { Workplace } from '../../../src/science/network/micro-batches.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import { openShards } from '../../../src/science/network/shards.ts';
import { openTrainer } from '../../../src/science/network/trainer.ts';
import { pretextObjective } from '../../../src/science/ranking/objective.ts';

const size = 16;
const batch = 16;
const layout = layOut(demoNetwork([16, 16, 16], 8), size);
const { images, labels } = exampleBatch(5, batch, size);

describe('a batch in shards', () => {
  it.each([null, 2])(
    'trains to the same bits with 1, 2 and 4 workers, micro-batches of %s',
    async (microBatch) => {
      const one = await train({ shards: 4, workers: 1, microBatch });
      expect(one.equals(await train({ shards: 4, workers: 2, microBatch }))).toBe(true);
      expect(one.equals(await train({ shards: 4, workers: 4, microBatch }))).toBe(true);
      expect(one.equals(await train({ shards: 1, workers: 1, microBatch }))).toBe(false);
    },
  );

  it('of which one cannot be opened says so, and leaves no thread', async () => {
    const before = process.getActiveResourcesInfo().length;
    const opening = openShards({ ...workplace(), weights: new Float32Array(3) }, 2, 2);
    await expect(opening).rejects.toMatchObject({ failure: { code: 'WORKER_ENDED' } });
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });

  it('whose worker ends in the middle of a step says so', async () => {
    const { outputs, ...place } = workplace();
    const shards = await openShards({ ...place, outputs: { ...outputs, heads: new Float32Array(1) } }, 2, 2);
    await expect(shards.run('forward')).rejects.toMatchObject({
      failure: {
        code: 'WORKER_ENDED',
        message: expect.stringMatching(/^worker [12] of the training ended: ./) as string,
      },
    });
    await expect(shards.run('forward')).rejects.toMatchObject({ failure: { code: 'WORKER_ENDED' } });
    await shards.close();
  });
});

/** Weights, statistics and moments after three steps. */
async function train(options: {
  shards: number;
  workers: number;
  microBatch: number | null;
}): Promise<Buffer> {
  const trainer = await openTrainer({
    layout,
    batch,
    ...options,
    objective: pretextObjective({ exif: true, manipulation: true }, 'paper'),
    optimizer: { beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    seed: 1,
    cpus: 2,
  });
  for (let step = 0; step < 3; step++) await trainer.step(images, labels, { learningRate: 1e-3, beta1: 0.9 });
  await trainer.close();
  const { parameters, moments } = trainer.state;
  const arrays = [parameters.weights.data, parameters.statistics.data, moments.first, moments.second];
  return Buffer.concat(arrays.map(({ buffer }) => Buffer.from(buffer)));
}

function workplace(): Workplace {
  const numbers = (role: 'weight' | 'statistic'): Float32Array =>
    new Float32Array(
      layout.parameters
        .filter((parameter) => parameter.role === role)
        .reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0),
    );
  return {
    network: layout.network,
    size,
    backend: undefined,
    batch,
    microBatch: batch / 2,
    pulled: ['heads'],
    images,
    weights: numbers('weight'),
    outputs: { features: new Float32Array(batch * 8), heads: new Float32Array(batch * 5) },
    pulls: { heads: new Float32Array(batch * 5) },
    shards: [1, 2].map(() => ({ gradients: numbers('weight'), statistics: numbers('statistic') })),
  };
}
