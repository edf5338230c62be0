/** The gradients of a loss over a batch with respect to a network's weights, and the batch's own statistics: what gives them. */
import type { Layout } from './layout.ts';
import type { Backend } from '../onnx/backend.ts';
import { floatTensor, type Tensors } from '../onnx/session.ts';
import type { Block } from './parameters.ts';
import type { Objective } from './training-graph.ts';

export interface GradientOptions {
  readonly layout: Layout;
  /** Read at every call. */
  readonly weights: Block;
  readonly batch: number;
  /** Images that go through the network at a time; all of the batch, or of a shard, where absent. */
  readonly microBatch?: number | null | undefined;
  /** Parts of the batch that several workers share, one where absent. Their gradients are added in order. */
  readonly shards?: number | undefined;
  /** Threads that work on shards, one where absent. Changes no bit. */
  readonly workers?: number | undefined;
  readonly objective: Objective;
  readonly cpus: number;
  /** `cpu` where absent. */
  readonly backend?: Backend | undefined;
}

export interface Gradients {
  /** Of the last batch. */
  readonly gradients: Block;
  readonly batchStatistics: Block;
  /** `images` (N, C, S, S). Returns the objective's scalar outputs, the loss parts. */
  compute(images: Float32Array, labels: Tensors): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Tensors on the parts of a block, without copies. */
export function tensors({ parameters, views }: Block, rename: (name: string) => string): Tensors {
  return Object.fromEntries(
    parameters.map(({ name, shape }, index) => [
      rename(name),
      floatTensor(views[index] as Float32Array, shape),
    ]),
  );
}

export function scalars(names: readonly string[]): Tensors {
  return Object.fromEntries(names.map((name) => [name, floatTensor(new Float32Array(1), [])]));
}

export function valuesOf(results: Tensors, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, results[name]?.data[0] as number]));
}
