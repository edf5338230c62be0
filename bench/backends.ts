/**
 * Other backends beside the processor, on the same network, weights and batch: how far gradients, weights after five
 * steps and features are apart, and the time of a step. A backend without a device is left out with a line that says so.
 */
import { FailureError } from '../src/failure.ts';
import { inferenceGraph } from '../src/science/network/inference-graph.ts';
import { openGradients } from '../src/science/network/gradients.ts';
import { openTrainer } from '../src/science/network/trainer.ts';
import type { Trainer } from '../src/science/network/training-state.ts';
import { initialParameters } from '../src/science/network/parameters.ts';
import { imageName } from '../src/science/network/description.ts';
import { featuresName } from '../src/science/network/networks.ts';
import type { Backend } from '../src/science/onnx/backend.ts';
import { floatTensor, openSession } from '../src/science/onnx/session.ts';
import { distance, distances, example, objective, type Example } from './backends/gradients.ts';
import { report } from './measure.ts';

const cpus = 2;
const steps = 5;

for (const backend of ['webgpu', 'cuda'] as const) {
  try {
    await compare(backend, 'demo', 64, 8);
    await compare(backend, 'resnet50', 64, 2);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    console.error(`${backend} is left out: ${error.failure.message}`);
  }
}
process.exit(0);

function weightsOf(trainer: Trainer): Float32Array {
  return trainer.state.parameters.weights.data;
}

async function compare(backend: Backend, network: string, size: number, batch: number): Promise<void> {
  const task = example(network, size, batch);
  const name = `${network} ${size} px, batch ${batch}`;
  const measured = (what: string, [seconds, cpuSeconds]: readonly [number, number], note: string): void =>
    report({
      suite: 'backends',
      case: `${backend}, ${name}, ${what}`,
      seconds,
      against: 'cpu',
      againstSeconds: cpuSeconds,
      note,
    });

  const [there, here] = [await gradientsOn(backend, task), await gradientsOn('cpu', task)];
  const losses = Object.entries(here.loss).map(([part, value]) =>
    Math.abs(value - (there.loss[part] as number)),
  );
  const apart = Math.max(...losses).toExponential(1);
  measured(
    'gradients',
    [there.seconds, here.seconds],
    `losses ${apart} apart, gradients ${distances(there.gradients, here.gradients)}`,
  );

  const [moved, movedHere] = [await trainOn(backend, task), await trainOn('cpu', task)];
  const far = distance(weightsOf(moved.trainer), weightsOf(movedHere.trainer)).toExponential(1);
  measured(
    'a step, everything on the device',
    [moved.seconds, movedHere.seconds],
    `weights after ${steps} steps ${far} apart`,
  );

  const [features, expected] = [await featuresOn(backend, task), await featuresOn('cpu', task)];
  measured(
    'features',
    [features.seconds, expected.seconds],
    `${distance(features.values, expected.values).toExponential(1)} apart`,
  );
}

async function gradientsOn(backend: Backend, task: Example) {
  const source = await openGradients({ ...task, objective, cpus, backend });
  const { value: loss, seconds } = await timed(3, () => source.compute(task.images, task.labels));
  await source.close();
  return { loss, seconds, gradients: source.gradients };
}

async function trainOn(backend: Backend, { layout, batch, images, labels, weights }: Example) {
  const optimizer = { beta2: 0.999, epsilon: 1e-4, weightDecay: 1e-4 };
  const trainer = await openTrainer({ layout, batch, objective, optimizer, seed: 1, cpus, backend });
  trainer.state.parameters.weights.data.set(weights.data);
  const rate = { learningRate: 1e-3, beta1: 0.9 };
  const { seconds } = await timed(steps, () => trainer.step(images, labels, rate));
  await trainer.fetchState();
  await trainer.close();
  return { trainer, seconds };
}

async function featuresOn(backend: Backend, { layout, batch, images }: Example) {
  const model = inferenceGraph(layout, initialParameters(layout, 1));
  const session = await openSession(model, { cpus, backend });
  const feeds = { [imageName]: floatTensor(images, [batch, 3, layout.size, layout.size]) };
  const { value, seconds } = await timed(3, () => session.run(feeds, { [featuresName]: null }));
  await session.close();
  return { values: value[featuresName]?.data as Float32Array, seconds };
}

/** The last value, and the least time but for the first, which compiles. */
async function timed<Value>(
  count: number,
  work: () => Promise<Value>,
): Promise<{ value: Value; seconds: number }> {
  let seconds = Infinity;
  for (let call = 0; ; call++) {
    const start = performance.now();
    const value = await work();
    if (call > 0) seconds = Math.min(seconds, (performance.now() - start) / 1000);
    if (call === count - 1) return { value, seconds };
  }
}
