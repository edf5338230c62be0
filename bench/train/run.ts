/** 20 epochs of `pretrain` on 320 made-up faces of 32 px, kept in memory; `output` and `checkpoint` lie in the folder given. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inferenceGraph } from '../../src/science/network/inference-graph.ts';
import { layOut } from '../../src/science/network/layout.ts';
import { networkNamed } from '../../src/science/network/networks.ts';
import { randomOf } from '../../src/science/random.ts';
import { pretrain } from '../../src/science/ranking/pretraining.ts';

const size = 32;
const count = 320;
const folder = process.argv[2] ?? '';
const layout = layOut(networkNamed('demo'), size);
const random = randomOf(1);
const faces = Array.from({ length: count }, (_, row) => ({
  id: String(row),
  row,
  tags: {
    aperture: 1 + random.integer(8),
    exposureTime: 1 / (1 + random.integer(100)),
    focalLength: 20 + random.integer(80),
    iso: 100 * (1 + random.integer(10)),
  },
}));
const variants = ['original', 'affine'];
const bytes = 3 * size * size;
const pixels = Uint8Array.from({ length: count * variants.length * bytes }, () => random.integer(256));

const trained = await pretrain(
  {
    layout,
    faces,
    source: {
      faces,
      size,
      variants,
      read: async (pictures) =>
        Uint8Array.from(
          pictures.flatMap(({ face, variant }) => {
            const start = (face.row * variants.length + variant) * bytes;
            return [...pixels.subarray(start, start + bytes)];
          }),
        ),
      close: async () => undefined,
    },
    loss: { exif: true, manipulation: true },
    protocol: 'paper',
    epochs: 20,
    batch: 64,
    optimizer: { learningRate: 2e-3, weightDecay: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { name: 'one-cycle', warmUp: 0.1 },
    seed: 1,
  },
  {
    cpus: 2,
    signal: new AbortController().signal,
    checkpoint: join(folder, 'checkpoint'),
    checkpointSeconds: 1000,
    checkpointSteps: 3,
    checkpointsKept: 2,
    log: () => undefined,
    progress: () => undefined,
  },
);
await writeFile(join(folder, 'output', 'model.onnx'), inferenceGraph(layout, trained.parameters));
