/** Takes many steps, then opens and closes many trainers; prints the growth of resident memory in MB for each, after a warm-up. */
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import { openTrainer } from '../../../src/science/network/trainer.ts';
import type { Trainer } from '../../../src/science/network/training-state.ts';
import { pretextObjective } from '../../../src/science/ranking/objective.ts';
import { exampleBatch } from './example-batch.ts';

const size = 32;
const batch = 16;
const { images, labels } = exampleBatch(1, batch, size);

const open = (shards: number): Promise<Trainer> =>
  openTrainer({
    layout: layOut(demoNetwork(), size),
    batch,
    shards,
    workers: 2,
    objective: pretextObjective({ exif: true, manipulation: true }, 'paper'),
    optimizer: { beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    seed: 1,
    cpus: 2,
  });

const resident = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
};

/** Of `count` calls after as many to warm up. */
async function growth(count: number, act: () => Promise<unknown>): Promise<number> {
  for (let call = 0; call < count; call++) await act();
  const before = resident();
  for (let call = 0; call < count; call++) await act();
  return resident() - before;
}

const trainer = await open(1);
const steps = await growth(250, () => trainer.step(images, labels, { learningRate: 1e-3, beta1: 0.9 }));
await trainer.close();
const openings = await growth(16, async () => {
  const opened = await open(1);
  await opened.step(images, labels, { learningRate: 1e-3, beta1: 0.9 });
  await opened.close();
});
const sharded = await growth(4, async () => {
  const opened = await open(2);
  await opened.step(images, labels, { learningRate: 1e-3, beta1: 0.9 });
  await opened.close();
});
console.log(JSON.stringify({ steps, openings, sharded }));
