/** What pretraining is given: the task, which decides every bit of the result, and its host, which decides none. */
import type { Backend } from '../onnx/backend.ts';
import type { Layout } from '../network/layout.ts';
import type { Optimizer, Rate } from '../network/optimizer.ts';
import type { Schedule } from '../network/schedule.ts';
import { stepsPerEpoch, type BatchPlan } from './batches.ts';
import type { Face, Faces } from './faces.ts';
import type { MeasureOptions } from './held-out-course.ts';
import type { Protocol } from './labels.ts';
import type { LossOptions } from './objective.ts';
import { lossAbsent, patienceBlind, trainingSetSmall } from './pretraining-failures.ts';

export interface Pretraining {
  readonly layout: Layout;
  readonly source: Faces;
  /** The faces to train on. */
  readonly faces: readonly Face[];
  readonly loss: LossOptions;
  readonly protocol: Protocol;
  readonly epochs: number;
  /** A trial: it ends after so many steps of those that the epochs take. All of them where null or absent. */
  readonly steps?: number | null | undefined;
  readonly batch: number;
  /** Images that go through the network at a time, over which batch normalisation takes its statistics; null for the whole batch. */
  readonly microBatch?: number | null;
  /** Parts of a batch that workers share, each normalised by itself; 1 where absent. */
  readonly shards?: number | undefined;
  /** Faces that are measured during training and not trained on. */
  readonly heldOut?: readonly Face[];
  /** How often they are, and whether that ends the training; null or absent: not during training. */
  readonly measure?: MeasureOptions | null | undefined;
  /** A file of weights to start from. */
  readonly weights?: string | undefined;
  readonly optimizer: Optimizer & Rate;
  readonly schedule: Schedule;
  readonly seed: number;
  /** What it is computed on; `cpu` where absent. */
  readonly backend?: Backend | undefined;
  /** What differentiates: graphs of ours on `backend`, or TensorFlow on what it finds. `onnxruntime` where absent. */
  readonly engine?: 'onnxruntime' | 'tfjs' | undefined;
}

export interface PretrainingHost {
  readonly cpus: number;
  /** Threads that work on shards; one for each, at most the cores, where null or absent. */
  readonly workers?: number | null | undefined;
  readonly signal: AbortSignal;
  /** A folder that survives a kill. */
  readonly checkpoint: string;
  readonly checkpointSeconds: number;
  /** A checkpoint is written after so many steps too; null for by the clock alone. */
  readonly checkpointSteps?: number | null | undefined;
  /** How many checkpoints stay; 1 where absent. */
  readonly checkpointsKept?: number | undefined;
  readonly log: (line: string) => void;
  readonly progress: (done: number, total: number, note: string) => void;
}

/** Throws TRAINING_SET_SMALL, LOSS_ABSENT, PATIENCE_BLIND. */
export function countSteps({ faces, epochs, batch, loss, measure, heldOut = [] }: Pretraining): number {
  if (epochs === 0) return 0;
  if (typeof measure?.patience === 'number' && heldOut.length === 0) throw patienceBlind();
  if (!loss.exif && !loss.manipulation) throw lossAbsent();
  if (faces.length < batch) throw trainingSetSmall(faces.length, batch);
  return epochs * stepsPerEpoch(faces.length, batch);
}

export function planOf({ seed, batch, source, loss }: Pretraining): BatchPlan {
  return { seed, batch, variants: source.variants.length, manipulated: loss.manipulation };
}

/** Two runs with the same name of work take the same steps; a checkpoint of another is not used. */
export function nameOfWork(task: Pretraining, steps: number): string {
  const {
    layout,
    faces,
    loss,
    protocol,
    batch,
    microBatch = null,
    shards = 1,
    optimizer,
    schedule,
    seed,
  } = task;
  const { measure = null, heldOut = [], backend = 'cpu', engine = 'onnxruntime' } = task;
  const { network, size } = layout;
  return JSON.stringify([
    network,
    size,
    faces.length,
    loss,
    protocol,
    batch,
    microBatch,
    shards,
    optimizer,
    schedule,
    seed,
    steps,
    measure,
    heldOut.length,
    backend,
    engine,
  ]);
}
