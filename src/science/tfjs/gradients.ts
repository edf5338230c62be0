/**
 * A batch's gradients by TensorFlow's own automatic differentiation: an oracle for ours that shares nothing with them
 * but the description of the network, and a way to train for who has it.
 */
import { FailureError } from '../../failure.ts';
import type { GradientOptions, Gradients } from '../network/gradient-source.ts';
import { sizeOf } from '../network/layout.ts';
import { headsName } from '../network/networks.ts';
import { block } from '../network/parameters.ts';
import type { Tensors } from '../onnx/session.ts';
import { tagCount, type Protocol } from '../ranking/labels.ts';
import {
  exifLossName,
  manipulatedName,
  manipulationLossName,
  orderName,
  type LossOptions,
} from '../ranking/objective.ts';
import type { Tfjs, TfTensor } from './library.ts';
import { forwardPass } from './network.ts';

export interface TfjsGradientOptions extends Pick<
  GradientOptions,
  'layout' | 'weights' | 'batch' | 'microBatch' | 'shards'
> {
  readonly loss: LossOptions;
  readonly protocol: Protocol;
}

/** The whole batch goes through the network at once. Throws MICRO_BATCH. */
export function openTfjsGradients(tf: Tfjs, options: TfjsGradientOptions): Gradients {
  const { layout, weights, batch, microBatch, shards = 1, loss, protocol } = options;
  const together = microBatch ?? batch / shards;
  if (together !== batch)
    throw new FailureError({
      code: 'MICRO_BATCH',
      message: `tfjs takes the whole batch of ${batch} at once, asked for ${together} at a time`,
      remedy: 'set pretrain.microBatch: null and pretrain.shards: 1, or choose engine: onnxruntime',
    });
  const gradients = block(layout, 'weight');
  const batchStatistics = block(layout, 'statistic');
  const { channels } = layout.network;
  return {
    gradients,
    batchStatistics,
    async compute(images, labels) {
      const kept: Record<string, TfTensor> = {};
      const keep = (name: string, value: TfTensor): TfTensor => (kept[name] = tf.keep(value));
      const { value, grads } = tf.tidy(() => {
        const shape = [batch, channels, layout.size, layout.size];
        const channelsLast = tf.tensor(images, shape).transpose([0, 2, 3, 1]);
        const total = (...tensors: TfTensor[]): TfTensor => {
          const named = Object.fromEntries(
            weights.parameters.map(({ name }, i) => [name, tensors[i] as TfTensor]),
          );
          const { outputs, statistics } = forwardPass(tf, layout, channelsLast, named);
          for (const [name, statistic] of Object.entries(statistics)) keep(name, statistic);
          const parts = lossParts(tf, outputs[headsName] as TfTensor, labels, loss, protocol);
          for (const [name, part] of Object.entries(parts)) keep(name, part);
          return Object.values(parts).reduce((sum, part) => sum.add(part));
        };
        const tensors = weights.parameters.map(({ shape }, i) =>
          tf.tensor(weights.views[i] as Float32Array, shape),
        );
        return tf.valueAndGrads(total)(tensors);
      });
      value.dispose();
      for (const [i, gradient] of grads.entries())
        await moveInto(gradients.views[i] as Float32Array, gradient);
      for (const [i, { name }] of batchStatistics.parameters.entries())
        await moveInto(batchStatistics.views[i] as Float32Array, kept[name] as TfTensor);
      return {
        ...(loss.exif && { [exifLossName]: await numberOf(kept[exifLossName] as TfTensor) }),
        ...(loss.manipulation && {
          [manipulationLossName]: await numberOf(kept[manipulationLossName] as TfTensor),
        }),
      };
    },
    close: () => Promise.resolve(),
  };
}

/** The pretext task's losses (Eq. 1 to 6), as `ranking/objective.ts` has them as nodes. */
function lossParts(
  tf: Tfjs,
  heads: TfTensor,
  labels: Tensors,
  { exif, manipulation }: LossOptions,
  protocol: Protocol,
): Record<string, TfTensor> {
  const batch = heads.shape[0] as number;
  const parts: Record<string, TfTensor> = {};
  if (exif) {
    const scores = heads.slice([0, 0], [batch, tagCount]);
    const steepness = protocol === 'paper' ? 1 / 2 : Math.SQRT2;
    const phi = scores.expandDims(1).sub(scores.expandDims(0)).mul(steepness).erf();
    const apart = Float32Array.from({ length: batch ** 2 }, (_, i) => (i % (batch + 1) === 0 ? 0 : 1));
    const element = fidelity(labelsOf(tf, labels, orderName), phi.add(1).mul(0.5), phi.neg().add(1).mul(0.5));
    const pairs = element.mul(tf.tensor(apart, [batch, batch, 1]));
    parts[exifLossName] = pairs.sum().mul(1 / (batch * (batch - 1)));
  }
  if (manipulation) {
    const logit = heads.slice([0, tagCount], [batch, 1]);
    const element = fidelity(labelsOf(tf, labels, manipulatedName), logit.sigmoid(), logit.neg().sigmoid());
    parts[manipulationLossName] = element.sum().mul(1 / batch);
  }
  return parts;
}

/** 1 - sqrt(p q + e) - sqrt((1 - p)(1 - q) + e). */
function fidelity(label: TfTensor, estimate: TfTensor, complement: TfTensor): TfTensor {
  const hit = label.mul(estimate).add(1e-8).sqrt();
  const miss = label.neg().add(1).mul(complement).add(1e-8).sqrt();
  return hit.add(miss).neg().add(1);
}

function labelsOf(tf: Tfjs, labels: Tensors, name: string): TfTensor {
  const { data, dims } = labels[name] as Tensors[string];
  return tf.tensor(data as Float32Array, dims);
}

async function moveInto(array: Float32Array, tensor: TfTensor): Promise<void> {
  if (sizeOf(tensor.shape) !== array.length) throw new Error(`expected ${array.length} numbers`);
  array.set(await tensor.data());
  tensor.dispose();
}

async function numberOf(tensor: TfTensor): Promise<number> {
  const [value] = await tensor.data();
  tensor.dispose();
  return value as number;
}
