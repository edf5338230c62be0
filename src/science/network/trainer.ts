/** Takes training steps: has the gradients computed, moves the running statistics, lets the optimiser move the weights. */
import { openDeviceTrainer } from './device-trainer.ts';
import { openGradients } from './gradients.ts';
import { sizeOf } from './layout.ts';
import { clip, optimizerStep, statisticsMomentum, stretches } from './optimizer.ts';
import { initialState, type Trainer, type TrainerOptions } from './training-state.ts';

/**
 * On `webgpu` everything stays on the device from step to step; elsewhere weights and moments lie in arrays (onnxruntime's
 * binding for Node keeps nothing on a CUDA device between calls). Throws BACKEND_ABSENT, MICRO_BATCH. Close it.
 */
export const openTrainer = (options: TrainerOptions): Promise<Trainer> =>
  options.backend === 'webgpu' ? openDeviceTrainer(options) : openArrayTrainer(options);

async function openArrayTrainer(options: TrainerOptions): Promise<Trainer> {
  const { layout, optimizer, seed } = options;
  const state = initialState(layout, seed);
  const { weights, statistics } = state.parameters;
  const source = await openGradients({ ...options, weights });
  const { gradients, batchStatistics } = source;
  const groups = stretches(weights.parameters, ({ shape }) => sizeOf(shape), optimizer.decay);

  return {
    state,
    async step(images, labels, rate) {
      const loss = await source.compute(images, labels);
      if (typeof optimizer.clipNorm === 'number') clip(gradients.data, optimizer.clipNorm);
      state.step++;
      optimizerStep(weights.data, gradients.data, state.moments, groups, optimizer, rate, state.step);
      follow(statistics.data, batchStatistics.data);
      return loss;
    },
    fetchState: () => Promise.resolve(),
    close: () => source.close(),
  };
}

/** running <- running + momentum (batch - running). */
function follow(running: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < running.length; i++)
    running[i] =
      (1 - statisticsMomentum) * (running[i] as number) + statisticsMomentum * (batch[i] as number);
}
