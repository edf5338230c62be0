/** Opens what gives the gradients of a batch: in one graph, or in micro-batches. */
import { FailureError } from '../../failure.ts';
import { openAccumulation } from './accumulation.ts';
import type { GradientOptions, Gradients } from './gradient-source.ts';
import { openWholeBatch } from './whole-batch.ts';

/**
 * With a `microBatch` smaller than the batch, so many images go through the network at a time; the loss is still one
 * over the whole batch. Throws MICRO_BATCH. Close it.
 */
export async function openGradients(options: GradientOptions): Promise<Gradients> {
  const microBatch = checkedMicroBatch(options);
  return microBatch === options.batch
    ? openWholeBatch(options)
    : openAccumulation({ ...options, microBatch });
}

/** The images that go through the network at a time: a divisor of the batch. Throws MICRO_BATCH. */
export function checkedMicroBatch({
  batch,
  ...options
}: Pick<GradientOptions, 'batch' | 'microBatch'>): number {
  const microBatch = options.microBatch ?? batch;
  if (batch % microBatch !== 0)
    throw new FailureError({
      code: 'MICRO_BATCH',
      message: `micro-batches of ${microBatch} do not divide a batch of ${batch}`,
      remedy: `choose a divisor of ${batch} as \`microBatch\``,
    });
  return microBatch;
}
