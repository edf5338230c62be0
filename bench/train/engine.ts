/** The same as peer.py, in this engine, in a process of its own: its peak of memory is its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { layOut } from '../../src/science/network/layout.ts';
import { networkNamed } from '../../src/science/network/networks.ts';
import { floatTensor, openSession } from '../../src/science/onnx/session.ts';
import { openTrainer } from '../../src/science/network/trainer.ts';
import { randomOf } from '../../src/science/random.ts';
import { manipulatedName, orderName, pretextObjective } from '../../src/science/ranking/objective.ts';

/** What one case is, on the command line as JSON. */
export interface Task {
  readonly network: string;
  readonly size: number;
  readonly batch: number;
  readonly steps: number;
  readonly mode: 'train' | 'features';
}

const { network, size, batch, steps, mode } = JSON.parse(process.argv[2] ?? '') as Task;
const layout = layOut(networkNamed(network), size);
const random = randomOf(1);
const shape = [batch, 3, size, size];
const images = Float32Array.from({ length: batch * 3 * size * size }, () => random.normal());
const act = mode === 'train' ? await trainer() : await extractor();

let seconds = Infinity;
for (let step = 0; step < steps; step++) {
  const start = performance.now();
  await act();
  if (step > 0) seconds = Math.min(seconds, (performance.now() - start) / 1000);
}
console.log(JSON.stringify({ seconds, gigabytes: process.resourceUsage().maxRSS / 1e6 }));
process.exit(0);

async function trainer(): Promise<() => Promise<unknown>> {
  const opened = await openTrainer({
    layout,
    batch,
    objective: pretextObjective({ exif: true, manipulation: true }, 'paper'),
    optimizer: { beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    seed: 1,
    cpus: 2,
  });
  const order = Float32Array.from({ length: batch * batch * 4 }, () => Math.round(random.uniform()));
  const manipulated = Float32Array.from({ length: batch }, (_, i) => i % 2);
  const labels = {
    [orderName]: floatTensor(order, [batch, batch, 4]),
    [manipulatedName]: floatTensor(manipulated, [batch, 1]),
  };
  return () => opened.step(images, labels, { learningRate: 1e-5, beta1: 0.9 });
}

/** From a file, as the stage has it; another process writes it. */
async function extractor(): Promise<() => Promise<unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-features-'));
  const model = join(folder, 'model.onnx');
  await execa(process.execPath, [join(import.meta.dirname, 'write-model.ts'), network, String(size), model]);
  const session = await openSession(model, { cpus: 2 });
  await rm(folder, { recursive: true });
  return () => session.run({ image: floatTensor(images, shape) });
}
