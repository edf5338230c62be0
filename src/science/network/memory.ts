/** How much memory training takes, told before it starts. An estimate: onnxruntime plans its own buffers. */
import { sizeOf, type Layout } from './layout.ts';

const bytesPerNumber = 4;
/** Node, onnxruntime and their threads. */
const base = 300e6;
/** Weights, their gradients, two moments; in parts, the gradients of each shard and of a micro-batch for each worker. */
const copies = 4;
/**
 * Of what the layers give a third is kept for the backward pass; beside it lie gradients, unfolded images and gaps between
 * buffers. Measured at the peak of ResNet-50's training: .49 to .68 with 8 and 32 images of 112 and 224 px.
 */
const perOutput = 0.7;

export interface TrainingSizes {
  readonly layout: Layout;
  readonly batch: number;
  readonly microBatch?: number | null;
  readonly shards?: number | undefined;
  readonly workers?: number;
}

/** Bytes at the peak of a step. */
export function trainingMemory({ layout, batch, shards = 1, workers = 1, ...sizes }: TrainingSizes): number {
  const microBatch = sizes.microBatch ?? batch / shards;
  const atOnce = Math.min(shards, workers);
  const { channels } = layout.network;
  const weights = layout.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const outputs = layout.layers.reduce((sum, { outputShape }) => sum + sizeOf(outputShape), 0);
  const isWhole = microBatch >= batch;
  // Two batches of images: one in use, one being read. In parts, one more that threads share.
  const images = (isWhole ? 2 : 3) * batch * channels * layout.size ** 2;
  const kept = weights * (isWhole ? copies : copies + shards + atOnce);
  return base + bytesPerNumber * (kept + images + atOnce * microBatch * outputs * perOutput);
}

/** `needs about 9.1 GB of memory, 24.0 free`. */
export function describeMemory(needed: number, free: number): string {
  return `needs about ${gigabytes(needed)} GB of memory, ${gigabytes(free)} free`;
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
