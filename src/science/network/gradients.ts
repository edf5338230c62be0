/** Opens what gives the gradients of a batch: in one graph, or in micro-batches. */
import { FailureError } from '../../failure.ts';
import { openAccumulation } from './accumulation.ts';
import type { GradientOptions, Gradients } from './gradient-source.ts';
import { openWholeBatch } from './whole-batch.ts';

/**
 * With a `microBatch` smaller than the batch, so many images go through the network at a time, and with `shards` at
 * most a shard of it; the loss is still one over the whole batch. Throws SHARDS, MICRO_BATCH. Close it.
 */
export async function openGradients(options: GradientOptions): Promise<Gradients> {
  const microBatch = checkedMicroBatch(options);
  return microBatch === options.batch
    ? openWholeBatch(options)
    : openAccumulation({ ...options, microBatch, shards: options.shards ?? 1 });
}

/** The images that go through the network at a time: a divisor of a shard. Throws SHARDS, MICRO_BATCH. */
export function checkedMicroBatch({
  batch,
  shards = 1,
  ...options
}: Pick<GradientOptions, 'batch' | 'microBatch' | 'shards'>): number {
  if (batch % shards !== 0)
    throw new FailureError({
      code: 'SHARDS',
      message: `a batch of ${batch} cannot be parted into ${shards} equal shards`,
      remedy: `choose a divisor of ${batch} as \`shards\``,
    });
  const shard = batch / shards;
  const microBatch = options.microBatch ?? shard;
  if (shard % microBatch !== 0)
    throw new FailureError({
      code: 'MICRO_BATCH',
      message: `micro-batches of ${microBatch} do not divide a ${shards === 1 ? 'batch' : 'shard'} of ${shard}`,
      remedy: `choose a divisor of ${shard} as \`microBatch\``,
    });
  return microBatch;
}
