/**
 * One step of training at the paper's size: ResNet-50, 224 px, a batch of 256 in micro-batches of 16 with all its pairs, on made-up
 * pictures. Told are the memory and the time of the step and of 20 epochs over 200,000 photographs at that rate; the losses are
 * compared with PyTorch's on the same weights, pictures and micro-batches. Takes minutes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { inferenceGraph } from '../src/science/network/inference-graph.ts';
import { layOut } from '../src/science/network/layout.ts';
import { describeMemory, trainingMemory } from '../src/science/network/memory.ts';
import { networkNamed } from '../src/science/network/networks.ts';
import { openTrainer } from '../src/science/network/trainer.ts';
import { floatTensor } from '../src/science/onnx/session.ts';
import { randomOf } from '../src/science/random.ts';
import { pairLabels } from '../src/science/ranking/labels.ts';
import { manipulatedName, orderName, pretextObjective } from '../src/science/ranking/objective.ts';
import { report } from './measure.ts';

const [size, batch, microBatch] = [224, 256, 16];
const [epochs, photographs] = [20, 200_000];
const tolerance = 1e-4;

const layout = layOut(networkNamed('resnet50'), size);
console.error(describeMemory(trainingMemory({ layout, batch, microBatch }), process.availableMemory()));
const trainer = await openTrainer({
  layout,
  batch,
  microBatch,
  objective: pretextObjective({ exif: true, manipulation: true }, 'paper'),
  optimizer: { name: 'adamw', beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
  seed: 1,
  cpus: 2,
});
const random = randomOf(1);
const images = Float32Array.from({ length: batch * 3 * size * size }, () => random.between(-2, 2));
const tags = Array.from({ length: batch }, () => ({
  aperture: 1 + random.integer(8),
  exposureTime: 1 / (1 + random.integer(100)),
  focalLength: 20 + random.integer(80),
  iso: 100 * (1 + random.integer(10)),
}));
const order = pairLabels(tags, 'paper');
const manipulated = Float32Array.from({ length: batch }, (_, i) => i % 2);
const folder = await mkdtemp(join(tmpdir(), 'bench-train-paper-'));
try {
  // Before the step changes them.
  await writeFile(join(folder, 'model.onnx'), inferenceGraph(layout, trainer.state.parameters));
  await writeFile(join(folder, 'images.bin'), images);
  await writeFile(join(folder, 'order.bin'), order);
  const labels = {
    [orderName]: floatTensor(order, [batch, batch, 4]),
    [manipulatedName]: floatTensor(manipulated, [batch, 1]),
  };
  const start = performance.now();
  const loss = await trainer.step(images, labels, { learningRate: 1e-5, beta1: 0.9 });
  const seconds = (performance.now() - start) / 1000;
  await trainer.close();
  const hours = (seconds * epochs * Math.floor(photographs / batch)) / 3600;
  const { user, system } = process.cpuUsage();
  const own = `${(process.resourceUsage().maxRSS / 1e6).toFixed(1)} GB; ${epochs} epochs over ${photographs} photographs ${hours.toFixed(0)} h at this rate; ${((user + system) / 1e6).toFixed(0)} s of a processor in all`;
  console.error(`a step ${seconds.toFixed(0)} s; ${own}`);
  const python = process.env['PIPE_BENCH_PYTHON'] ?? 'python3';
  const { stdout } = await execa(python, [
    join(import.meta.dirname, 'train-paper/losses.py'),
    folder,
    String(microBatch),
  ]);
  const peer = JSON.parse(stdout) as { exif: number; manipulation: number; seconds: number };
  const differences = [
    (loss['loss.exif'] as number) - peer.exif,
    (loss['loss.manipulation'] as number) - peer.manipulation,
  ].map(Math.abs);
  const holds = differences.every((difference) => difference < tolerance);
  if (!holds) process.exitCode = 1;
  report({
    suite: 'train-paper',
    case: `one step, ResNet-50 ${size} px, batch ${batch} in micro-batches of ${microBatch}`,
    seconds,
    against: 'PyTorch, forward alone',
    againstSeconds: peer.seconds,
    note: `${own}; losses ${loss['loss.exif']?.toFixed(6)} and ${loss['loss.manipulation']?.toFixed(6)}, from PyTorch's by ${differences.map((difference) => difference.toExponential(1)).join(' and ')}${holds ? '' : ', TOO FAR'}`,
  });
} finally {
  await rm(folder, { recursive: true });
}
