/**
 * Our gradients beside TensorFlow's own automatic differentiation, on the same network, weights and batch, and the time
 * of both. `TFJS=FOLDER` names a folder whose `node_modules` hold tfjs-node, set up; this project's where absent.
 */
import { resolve } from 'node:path';
import { openGradients } from '../src/science/network/gradients.ts';
import { openTfjsGradients } from '../src/science/tfjs/gradients.ts';
import { loadTfjs, type Tfjs } from '../src/science/tfjs/library.ts';
import { distances, example, leastSeconds, loss, objective, protocol } from './backends/gradients.ts';
import { report } from './measure.ts';

const folder = process.env['TFJS'];
const tf = await load().catch((error: Error) => console.error(`tfjs is left out: ${error.message}`));
if (tf !== undefined) {
  await compare(tf, 'demo', 64, 8);
  await compare(tf, 'demo', 64, 64);
  await compare(tf, 'resnet50', 64, 2);
  await compare(tf, 'resnet50', 112, 8);
  process.exit(0);
}

async function load(): Promise<Tfjs> {
  return loadTfjs(folder === undefined ? undefined : resolve(folder, 'package.json'));
}

async function compare(tf: Tfjs, network: string, size: number, batch: number): Promise<void> {
  const task = example(network, size, batch);
  const ours = await openGradients({ ...task, objective, cpus: 2 });
  const theirs = openTfjsGradients(tf, { ...task, loss, protocol });
  const ownLoss = await ours.compute(task.images, task.labels);
  const itsLoss = await theirs.compute(task.images, task.labels);
  const tensors = tf.memory().numTensors;
  const apart = Math.max(
    ...Object.entries(ownLoss).map(([name, value]) => Math.abs(value - (itsLoss[name] as number))),
  );
  const gradients = distances(ours.gradients, theirs.gradients);
  const [seconds = 0, againstSeconds = 0] = await leastSeconds([ours, theirs], task);
  const kept = tf.memory().numTensors - tensors;
  report({
    suite: 'tfjs',
    case: `${network} ${size} px, batch ${batch}, gradients`,
    seconds,
    against: `tfjs ${tf.version.tfjs}, ${tf.getBackend()}`,
    againstSeconds,
    note: `losses apart ${apart.toExponential(1)}; gradients ${gradients}; tensors left behind ${kept}`,
  });
  await ours.close();
}
