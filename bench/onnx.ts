/**
 * The models that training writes, as others see them: checked by ONNX's own checker, and run by onnxruntime from Python and
 * by a twin in PyTorch that is given their weights. The greatest difference from what this engine says of the same images is told.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { openImageModel } from '../src/science/network/image-model.ts';
import { inferenceGraph } from '../src/science/network/inference-graph.ts';
import { layOut } from '../src/science/network/layout.ts';
import { networkNamed } from '../src/science/network/networks.ts';
import { initialParameters } from '../src/science/network/parameters.ts';
import { randomOf } from '../src/science/random.ts';
import { report } from './measure.ts';

const cases = [
  { network: 'demo', size: 64 },
  { network: 'resnet50', size: 224 },
];
const count = 4;
/** Of the largest number of an output. */
const tolerance = 1e-4;
const python = process.env['PIPE_BENCH_PYTHON'] ?? 'python3';
const program = join(import.meta.dirname, 'onnx/check.py');

for (const { network, size } of cases) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-onnx-'));
  try {
    const layout = layOut(networkNamed(network), size);
    const bytes = inferenceGraph(layout, trainedLooking(layout), {
      normalization: JSON.stringify(layout.network.normalization),
    });
    await writeFile(join(folder, 'model.onnx'), bytes);
    const random = randomOf(3);
    const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => random.integer(256));
    await writeFile(join(folder, 'pixels.bin'), pixels);
    const model = await openImageModel(bytes, { cpus: 2 });
    await model.run(pixels, 'heads');
    const start = performance.now();
    const outputs = {
      features: [...(await model.run(pixels, 'features'))],
      heads: [...(await model.run(pixels, 'heads'))],
    };
    const seconds = (performance.now() - start) / 1000 / 2;
    await model.close();
    await writeFile(join(folder, 'outputs.json'), JSON.stringify({ network, size, ...outputs }));
    const { stdout } = await execa(python, [program, folder]);
    for (const { peer, seconds: againstSeconds, difference, checked } of JSON.parse(stdout) as Peer[]) {
      const holds = difference < tolerance && checked;
      if (!holds) process.exitCode = 1;
      report({
        suite: 'onnx',
        case: `${network} ${size} px, ${count} images`,
        seconds,
        against: peer,
        againstSeconds,
        note: `${checked ? 'check_model(full_check) passed' : 'NOT A VALID MODEL'}; greatest difference ${difference.toExponential(1)}${holds ? '' : ', TOO LARGE'}`,
      });
    }
  } catch (error) {
    console.error(`${network} is left out: ${(error as Error).message.split('\n')[0]}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Peer {
  readonly peer: string;
  readonly seconds: number;
  readonly difference: number;
  readonly checked: boolean;
}

/** Initial weights, and statistics of normalisations away from nought and one. */
function trainedLooking(layout: Parameters<typeof initialParameters>[0]) {
  const parameters = initialParameters(layout, 1);
  const random = randomOf(2);
  const { parameters: named, views } = parameters.statistics;
  for (const [index, { name }] of named.entries()) {
    const view = views[index] as Float32Array;
    for (let i = 0; i < view.length; i++)
      view[i] = name.endsWith('running_var') ? random.between(0.5, 1.5) : random.between(-0.1, 0.1);
  }
  return parameters;
}
