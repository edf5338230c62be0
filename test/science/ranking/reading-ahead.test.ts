import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import type { Picture } from '../../../src/science/ranking/faces.ts';
import { pretrain } from '../../../src/science/ranking/pretraining.ts';
import { randomOf } from '../../../src/science/random.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const size = 16;
const variants = ['original', 'affine'];
const random = randomOf(1);
const faces = Array.from({ length: 12 }, (_, row) => ({
  id: String(row),
  row,
  tags: { aperture: 2, exposureTime: 1, focalLength: 50, iso: 100 + row },
}));
const pixels = Uint8Array.from({ length: faces.length * variants.length * 3 * size * size }, () =>
  random.integer(256),
);

/** Trains for nine steps; `ready` lets the n-th read end. Gives the weights and the reads begun when each step had ended. */
async function trainOn(ready: (read: number) => Promise<unknown>) {
  let reads = 0;
  const begun: number[] = [];
  const read = async (pictures: readonly Picture[]): Promise<Uint8Array> => {
    await ready(reads++);
    const bytes = 3 * size * size;
    return Buffer.concat(
      pictures.map(({ face, variant }) => {
        const start = (face.row * variants.length + variant) * bytes;
        return pixels.subarray(start, start + bytes);
      }),
    );
  };
  const trained = await pretrain(
    {
      layout: layOut(demoNetwork([8, 8, 8], 8), size),
      source: { faces, size, variants, read, close: async () => undefined },
      faces,
      loss: { exif: true, manipulation: true },
      protocol: 'paper',
      epochs: 3,
      batch: 4,
      optimizer: { learningRate: 1e-2, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { name: 'one-cycle', warmUp: 0.1 },
      seed: 1,
    },
    {
      cpus: 1,
      signal: new AbortController().signal,
      checkpoint: await folderOfTest(),
      checkpointSeconds: 1000,
      log: () => undefined,
      progress: () => void begun.push(reads),
    },
  );
  return { weights: trained.parameters.weights.data, begun };
}

describe('the pictures of a batch', () => {
  it('are read while the step before it is computed, and those of no further one', async () => {
    const { begun } = await trainOn(async () => undefined);
    // When a step has ended the batch of the next one was begun; the ninth is the last.
    expect(begun).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 9]);
  });

  it('are the same however long the reads take', async () => {
    const prompt = await trainOn(async () => undefined);
    const late = await trainOn(async (read) => {
      for (let turn = 0; turn < (read % 3) * 40; turn++) await setImmediate();
    });
    expect(late).toEqual(prompt);
  });
});
