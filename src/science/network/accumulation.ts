/**
 * The gradients of a loss over a batch that is too large to go through the network at once, or that several threads
 * share, while the loss compares every image with every other.
 *
 * In two passes: all micro-batches go forward and only the network's outputs are kept; the loss and its gradient with
 * respect to those outputs are computed over the whole batch; then each micro-batch goes forward again and backward
 * from its rows of that gradient. The gradients of a shard's micro-batches are added in order, then those of the
 * shards. The result is that of the whole batch but for batch normalisation, which sees the mean and variance of a
 * micro-batch, as on several GPUs. The batch's statistics are the means of those of its micro-batches.
 */
import { scalars, valuesOf, type GradientOptions, type Gradients } from './gradient-source.ts';
import { sizeOf } from './layout.ts';
import { floatTensor, openSession, type Tensors } from '../onnx/session.ts';
import { add, type Workplace } from './micro-batches.ts';
import { objectiveGraph, outputName } from './passes.ts';
import { block, sharedNumbers } from './parameters.ts';
import { openShards } from './shards.ts';
import { gradientName } from './training-graph.ts';

export interface AccumulationOptions extends GradientOptions {
  /** Divides a shard. */
  readonly microBatch: number;
  readonly shards: number;
}

/** Close it. */
export async function openAccumulation(options: AccumulationOptions): Promise<Gradients> {
  const { layout, weights, batch, microBatch, shards: count, objective } = options;
  const { cpus, backend, workers = 1 } = options;
  const { outputs } = layout;
  const whole = objectiveGraph(outputs, batch, objective);
  const rows = (shape: readonly number[]): Float32Array => sharedNumbers(batch * sizeOf(shape));
  const place: Workplace = {
    network: layout.network,
    size: layout.size,
    backend,
    batch,
    microBatch,
    pulled: whole.pulled,
    images: rows([layout.network.channels, layout.size, layout.size]),
    weights: weights.data,
    outputs: Object.fromEntries(outputs.map(({ name, shape }) => [name, rows(shape)])),
    pulls: Object.fromEntries(
      outputs.filter(({ name }) => whole.pulled.includes(name)).map(({ name, shape }) => [name, rows(shape)]),
    ),
    shards: Array.from({ length: count }, () => ({
      gradients: block(layout, 'weight').data,
      statistics: block(layout, 'statistic').data,
    })),
  };
  const loss = await openSession(whole.model, { cpus, backend });
  const shards = await openShards(place, Math.min(workers, count), cpus).catch(async (error: unknown) => {
    await loss.close();
    throw error;
  });
  const gradients = block(layout, 'weight');
  const batchStatistics = block(layout, 'statistic');
  const shapes = new Map(outputs.map(({ name, shape }) => [name, shape]));
  const onRows = (
    arrays: Readonly<Record<string, Float32Array>>,
    rename: (name: string) => string,
  ): Tensors =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, data]) => [
        rename(name),
        floatTensor(data, [batch, ...(shapes.get(name) ?? [])]),
      ]),
    );
  const parts = loss.outputs.map(({ name }) => name).filter((name) => !name.startsWith(gradientName('')));
  const lossFeeds = onRows(place.outputs, outputName);
  const lossFetches = {
    ...scalars(parts),
    ...onRows(place.pulls, (name) => gradientName(outputName(name))),
  };
  const microBatches = batch / microBatch;

  return {
    gradients,
    batchStatistics,
    async compute(images, labels) {
      place.images.set(images);
      await shards.run('forward');
      await loss.run({ ...labels, ...lossFeeds }, lossFetches);
      await shards.run('backward');
      gradients.data.fill(0);
      batchStatistics.data.fill(0);
      for (const shard of place.shards) {
        add(gradients.data, shard.gradients);
        add(batchStatistics.data, shard.statistics);
      }
      for (let i = 0; i < batchStatistics.data.length; i++)
        batchStatistics.data[i] = (batchStatistics.data[i] as number) / microBatches;
      return valuesOf(lossFetches, parts);
    },
    async close() {
      await shards.close();
      await loss.close();
    },
  };
}
