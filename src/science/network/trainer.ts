/** Takes training steps: has the gradients computed, moves the running statistics, lets the optimiser move the weights. */
import { openDeviceTrainer } from './device-trainer.ts';
import { openGradients } from './gradients.ts';
import { clip, statisticsMomentum } from './optimizer.ts';
import { openOptimizer } from './shared-optimizer.ts';
import { initialState, type Trainer, type TrainerOptions } from './training-state.ts';

/**
 * On `webgpu` everything stays on the device from step to step; elsewhere weights and moments lie in arrays (onnxruntime's
 * binding for Node keeps nothing on a CUDA device between calls). Throws BACKEND_ABSENT, SHARDS, MICRO_BATCH, WORKER_ENDED. Close it.
 */
export const openTrainer = (options: TrainerOptions): Promise<Trainer> =>
  options.backend === 'webgpu' && options.openSource === undefined
    ? openDeviceTrainer(options)
    : openArrayTrainer(options);

async function openArrayTrainer(options: TrainerOptions): Promise<Trainer> {
  const { optimizer, cpus } = options;
  const state = initialState(options);
  const { weights, statistics } = state.parameters;
  const source = await (options.openSource?.(weights) ?? openGradients({ ...options, weights }));
  const { gradients, batchStatistics } = source;
  const optimizing = openOptimizer(weights, gradients, state.moments, optimizer, cpus);

  return {
    state,
    async step(images, labels, rate) {
      const loss = await source.compute(images, labels);
      if (typeof optimizer.clipNorm === 'number') clip(gradients.data, optimizer.clipNorm);
      state.step++;
      await optimizing.step(rate, state.step);
      follow(statistics.data, batchStatistics.data);
      return loss;
    },
    fetchState: () => Promise.resolve(),
    async close() {
      await optimizing.close();
      await source.close();
    },
  };
}

/** running <- running + momentum (batch - running). */
function follow(running: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < running.length; i++)
    running[i] =
      (1 - statisticsMomentum) * (running[i] as number) + statisticsMomentum * (batch[i] as number);
}
