/**
 * A batch in micro-batches, and these in shards: forward for the network's outputs, and backward from the loss's
 * gradient with respect to them. Every shard adds up its own micro-batches in order, whoever works on it. All arrays
 * are for the whole batch and may lie in memory that threads share.
 */
import type { Backend } from '../onnx/backend.ts';
import { floatTensor, openSession, type Session, type Tensors } from '../onnx/session.ts';
import { imageName, type Network } from './description.ts';
import { formOn } from './form.ts';
import { tensors } from './gradient-source.ts';
import { layOut, sizeOf, type Layout } from './layout.ts';
import { block } from './parameters.ts';
import { keepOutputs, outputName, pullFrom } from './passes.ts';
import { batchName, gradientName, trainingGraph, type Objective } from './training-graph.ts';

/** Plain data, so that a thread can be handed it. */
export interface Workplace {
  readonly network: Network;
  readonly size: number;
  /** `cpu` where absent. */
  readonly backend: Backend | undefined;
  readonly batch: number;
  readonly microBatch: number;
  /** The outputs that the loss depends on. */
  readonly pulled: readonly string[];
  /** (N, C, S, S). */
  readonly images: Float32Array;
  readonly weights: Float32Array;
  /** Each output (N, F), by name, and the loss's gradient with respect to those of `pulled`. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly pulls: Readonly<Record<string, Float32Array>>;
  readonly shards: readonly Shard[];
}

/** Sums over the micro-batches of a shard. */
interface Shard {
  readonly gradients: Float32Array;
  readonly statistics: Float32Array;
}

export type Pass = 'forward' | 'backward';

export interface MicroBatches {
  run(pass: Pass, shard: number): Promise<void>;
  close(): Promise<void>;
}

/** Close it. */
export async function openMicroBatches(place: Workplace, cpus: number): Promise<MicroBatches> {
  const { backend, microBatch, pulled, weights, shards } = place;
  const form = await formOn(backend);
  const layout = layOut(place.network, place.size);
  const sessions: Session[] = [];
  const close = async (): Promise<void> => {
    for (const session of sessions) await session.close();
  };
  const open = async (objective: Objective): Promise<Session> => {
    const graph = trainingGraph(layout, microBatch, objective, form);
    const session = await openSession(graph, { cpus, backend });
    sessions.push(session);
    return session;
  };
  try {
    const drawn = layout.outputs.filter(({ name }) => pulled.includes(name));
    const forward = await open(keepOutputs(layout.outputs));
    const backward = await open(pullFrom(drawn));
    const weightFeeds = tensors(block(layout, 'weight', weights), (name) => name);
    const part = { gradients: block(layout, 'weight'), statistics: block(layout, 'statistic') };
    const fetches = {
      ...tensors(part.gradients, gradientName),
      ...tensors(part.statistics, batchName),
    };
    const imageShape = [layout.network.channels, layout.size, layout.size];
    const rowsOf = (data: Float32Array, index: number, shape: readonly number[]): Tensors[string] => {
      const width = microBatch * sizeOf(shape);
      return floatTensor(data.subarray(index * width, (index + 1) * width), [microBatch, ...shape]);
    };
    const named = (
      outputs: Layout['outputs'],
      arrays: Readonly<Record<string, Float32Array>>,
      index: number,
      rename: (name: string) => string,
    ): Tensors =>
      Object.fromEntries(
        outputs.map(({ name, shape }) => [rename(name), rowsOf(arrays[name] as Float32Array, index, shape)]),
      );
    const perShard = place.batch / microBatch / shards.length;
    return {
      async run(pass, shard) {
        const { gradients, statistics } = shards[shard] as Shard;
        if (pass === 'backward') [gradients, statistics].forEach((sums) => sums.fill(0));
        for (let index = shard * perShard; index < (shard + 1) * perShard; index++) {
          const feeds = { [imageName]: rowsOf(place.images, index, imageShape), ...weightFeeds };
          if (pass === 'forward') {
            await forward.run(feeds, named(layout.outputs, place.outputs, index, outputName));
            continue;
          }
          const pull = named(drawn, place.pulls, index, (name) => gradientName(outputName(name)));
          await backward.run({ ...feeds, ...pull }, fetches);
          add(gradients, part.gradients.data);
          add(statistics, part.statistics.data);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** sum <- sum + part. */
export function add(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}
