import { describe, expect, it } from 'vitest';
import { openDeviceTrainer } from '../../../src/science/network/device-trainer.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import type { Optimizer } from '../../../src/science/network/optimizer.ts';
import { openTrainer } from '../../../src/science/network/trainer.ts';
import type { Trainer, TrainerOptions, TrainingState } from '../../../src/science/network/training-state.ts';
import { pretextObjective } from '../../../src/science/ranking/objective.ts';
import { exampleBatch } from './example-batch.ts';

const size = 16;
const batch = 6;
const steps = 20;
const layout = layOut(demoNetwork([3, 4, 4], 5), size);
const { images, labels } = exampleBatch(5, batch, size);
const optimizer: Optimizer = { beta2: 0.98, epsilon: 1e-4, weightDecay: 0.1 };
const options: TrainerOptions = {
  layout,
  batch,
  objective: pretextObjective({ exif: true, manipulation: true }, 'paper'),
  optimizer,
  seed: 4,
  cpus: 1,
};

describe('a trainer that keeps everything on its device', () => {
  it.each<[string, Partial<TrainerOptions>]>([
    ['adamw', {}],
    ['adam', { optimizer: { ...optimizer, name: 'adam' } }],
    ['kernels alone decay', { optimizer: { ...optimizer, decay: 'kernels' } }],
    ['long gradients are cut', { optimizer: { ...optimizer, clipNorm: 0.01 } }],
    ['micro-batches', { microBatch: 3 }],
  ])(`is after ${steps} steps where the one with arrays is: %s`, async (_, changes) => {
    const arrays = await train(await openTrainer({ ...options, ...changes }));
    const device = await train(await openDeviceTrainer({ ...options, ...changes }));
    expect(device.step).toBe(steps);
    for (const [name, part] of Object.entries(partsOf(arrays))) {
      // A network's gradients magnify a weight's last bit; what the moments gather of that reaches the weights with the learning rate.
      const tolerance = name in device.moments ? 1e-5 : 1e-6;
      expect(distance(partsOf(device)[name] as Float32Array, part), name).toBeLessThan(tolerance);
    }
  });

  it('goes on from the weights and moments that its state is given before the first step', async () => {
    const whole = await train(await openDeviceTrainer(options));
    const first = await openDeviceTrainer(options);
    const half = await train(first, steps / 2);
    const second = await openDeviceTrainer({ ...options, seed: 5 });
    for (const [name, part] of Object.entries(partsOf(second.state)))
      part.set(partsOf(half)[name] as Float32Array);
    second.state.step = half.step;
    const resumed = await train(second, steps / 2);
    expect(partsOf(resumed)).toEqual(partsOf(whole));
  });
});

async function train(trainer: Trainer, count = steps): Promise<TrainingState> {
  for (let taken = 0; taken < count; taken++) {
    const { step } = trainer.state;
    await trainer.step(images, labels, {
      learningRate: 1e-3 * (1 + (step % 3)),
      beta1: 0.9 - 0.02 * (step % 2),
    });
  }
  await trainer.fetchState();
  await trainer.close();
  return trainer.state;
}

function partsOf({ parameters, moments }: TrainingState): Record<string, Float32Array> {
  return {
    weights: parameters.weights.data,
    statistics: parameters.statistics.data,
    first: moments.first,
    second: moments.second,
  };
}

/** |a - b| / |b|, as vectors. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number))) / Math.hypot(...b);
}
