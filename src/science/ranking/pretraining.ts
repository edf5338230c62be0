/** The training loop of the pretext task: from the first step to the last, with a checkpoint to resume from. */
import type { Json } from '../../json.ts';
import { loadCheckpoint, saveCheckpoint } from '../network/checkpoint.ts';
import type { Backend } from '../onnx/backend.ts';
import type { Layout } from '../network/layout.ts';
import { describeMemory, trainingMemory } from '../network/memory.ts';
import type { Optimizer, Rate } from '../network/optimizer.ts';
import type { Parameters } from '../network/parameters.ts';
import { loadWeights, type LoadedWeights } from '../network/weights/load-weights.ts';
import { rateAt, type Schedule } from '../network/schedule.ts';
import { openTrainer } from '../network/trainer.ts';
import { stepsPerEpoch, type BatchPlan } from './batches.ts';
import { emptyCurve, extendCurve, type Curve, type CurvePoint } from './curve.ts';
import { batchLoader } from './batch-loader.ts';
import type { Face, Faces } from './faces.ts';
import type { Protocol } from './labels.ts';
import { pretextObjective, type LossOptions } from './objective.ts';
import { lossAbsent, lossNotFinite, trainingSetSmall } from './pretraining-failures.ts';

export interface Pretraining {
  readonly layout: Layout;
  readonly source: Faces;
  /** The faces to train on. */
  readonly faces: readonly Face[];
  readonly loss: LossOptions;
  readonly protocol: Protocol;
  readonly epochs: number;
  readonly batch: number;
  /** Images that go through the network at a time, over which batch normalisation takes its statistics; null for the whole batch. */
  readonly microBatch?: number | null;
  /** A file of weights to start from. */
  readonly weights?: string | undefined;
  readonly optimizer: Optimizer & Rate;
  readonly schedule: Schedule;
  readonly seed: number;
  /** What it is computed on; `cpu` where absent. */
  readonly backend?: Backend | undefined;
}

export interface PretrainingHost {
  readonly cpus: number;
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

export interface Pretrained {
  readonly parameters: Parameters;
  readonly curve: readonly CurvePoint[];
}

/**
 * Trains from the seed, or from the checkpoint of the same work. Throws TRAINING_SET_SMALL, LOSS_ABSENT,
 * LOSS_NOT_FINITE; when aborted it saves a checkpoint and throws the signal's reason.
 */
export async function pretrain(task: Pretraining, host: PretrainingHost): Promise<Pretrained> {
  const steps = countSteps(task);
  const plan = planOf(task);
  const objective = pretextObjective(task.loss, task.protocol);
  if (steps > 0) {
    const needed = trainingMemory(task.layout, task.batch, task.microBatch ?? task.batch);
    host.log(describeMemory(needed, process.availableMemory()));
  }
  const trainer = await openTrainer({ ...task, objective, cpus: host.cpus });
  try {
    const { state } = trainer;
    if (task.weights !== undefined)
      host.log(describeLoaded(await loadWeights(task.weights, state.parameters)));
    const work = nameOfWork(task, steps);
    const saved = (await loadCheckpoint(host.checkpoint, work, state, host.checkpointsKept)) as
      Curve | undefined;
    if (saved !== undefined) host.log(`resumed after step ${state.step} of ${steps}`);
    const curve = saved ?? emptyCurve();
    let savedStep = saved === undefined ? undefined : state.step;
    let savedAt = performance.now();

    const stopUnlessFinite = (what: string, step: number, values: readonly number[]): void => {
      if (!values.every(Number.isFinite))
        throw lossNotFinite({ what, step, steps, task, plan, savedStep, host });
    };
    const save = async (): Promise<void> => {
      await trainer.fetchState();
      stopUnlessFinite('a weight', state.step - 1, [sum(state.parameters.weights.data)]);
      await saveCheckpoint(host.checkpoint, work, state, curve as unknown as Json, host.checkpointsKept);
      savedStep = state.step;
      savedAt = performance.now();
    };

    const load = batchLoader(task, plan);
    const started = { at: performance.now(), step: state.step, waited: 0 };
    let next = state.step < steps ? load(state.step) : undefined;
    while (next !== undefined) {
      if (host.signal.aborted) await save();
      host.signal.throwIfAborted();
      const { step } = state;
      const waitedFrom = performance.now();
      const { images, labels } = await next;
      started.waited += performance.now() - waitedFrom;
      next = step + 1 < steps ? load(step + 1) : undefined;

      const rate = rateAt(
        task.schedule,
        task.optimizer,
        step,
        steps,
        stepsPerEpoch(task.faces.length, task.batch),
      );
      const loss = await trainer.step(images, labels, rate);
      stopUnlessFinite('the loss', step, Object.values(loss));

      const epoch = Math.floor(step / stepsPerEpoch(task.faces.length, task.batch));
      extendCurve(curve, {
        step: step + 1,
        epoch,
        learningRate: rate.learningRate,
        loss,
        last: next === undefined,
      });
      const speed = ((step + 1 - started.step) * task.batch * 1000) / (performance.now() - started.at);
      host.progress(
        step + 1,
        steps,
        `loss ${sum(Object.values(loss)).toFixed(3)}, ${speed.toPrecision(3)} images/s`,
      );
      const due = typeof host.checkpointSteps === 'number' && state.step % host.checkpointSteps === 0;
      if (due || performance.now() - savedAt >= 1000 * host.checkpointSeconds) await save();
    }
    if (state.step > started.step) {
      const share = started.waited / (performance.now() - started.at);
      host.log(`${(100 * share).toFixed(1)} % of the time was spent waiting for pictures`);
    }
    await trainer.fetchState();
    stopUnlessFinite('a weight', state.step - 1, [sum(state.parameters.weights.data)]);
    return { parameters: state.parameters, curve: curve.points };
  } finally {
    await trainer.close();
  }
}

function countSteps({ faces, epochs, batch, loss }: Pretraining): number {
  if (epochs === 0) return 0;
  if (!loss.exif && !loss.manipulation) throw lossAbsent();
  if (faces.length < batch) throw trainingSetSmall(faces.length, batch);
  return epochs * stepsPerEpoch(faces.length, batch);
}

function planOf({ seed, batch, source, loss }: Pretraining): BatchPlan {
  return { seed, batch, variants: source.variants.length, manipulated: loss.manipulation };
}

function describeLoaded({ prefix, loaded, missing, unexpected }: LoadedWeights): string {
  const where = prefix === '' ? '' : ` (under ${prefix})`;
  return `${loaded.length} parameters from the file of weights${where}; not in it ${names(missing)}; not in the network ${names(unexpected)}`;
}

function names(list: readonly string[]): string {
  return `${list.length}${list.length === 0 ? '' : `: ${list.slice(0, 8).join(', ')}${list.length > 8 ? ', ...' : ''}`}`;
}

/** Two runs with the same name of work take the same steps; a checkpoint of another is not used. */
function nameOfWork(task: Pretraining, steps: number): string {
  const { layout, faces, loss, protocol, batch, microBatch = null, optimizer, schedule, seed } = task;
  const { backend = 'cpu' } = task;
  const { network, size } = layout;
  return JSON.stringify([
    network,
    size,
    faces.length,
    loss,
    protocol,
    batch,
    microBatch,
    optimizer,
    schedule,
    seed,
    steps,
    backend,
  ]);
}

/** Not finite when one of the numbers is not. */
function sum(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i] as number;
  return total;
}
