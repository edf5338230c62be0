/** The training loop of the pretext task: from the first step to the last, with a checkpoint to resume from. */
import { FailureError } from '../../failure.ts';
import type { Json } from '../../json.ts';
import { loadCheckpoint, saveCheckpoint } from '../network/checkpoint.ts';
import { describeMemory, trainingMemory } from '../network/memory.ts';
import { copyParameters, type Parameters } from '../network/parameters.ts';
import { rateAt } from '../network/schedule.ts';
import { openTrainer } from '../network/trainer.ts';
import type { TrainerOptions } from '../network/training-state.ts';
import { loadWeights } from '../network/weights/load-weights.ts';
import { batchLoader, type Batch } from './batch-loader.ts';
import { stepsPerEpoch } from './batches.ts';
import { emptyCurve, extendCurve, type Curve, type CurvePoint } from './curve.ts';
import {
  bestOf,
  describeMeasurement,
  hasStalled,
  isDue,
  measurementOf,
  type Measurement,
} from './held-out-course.ts';
import { measureNetwork } from './held-out.ts';
import { pretextObjective } from './objective.ts';
import { startPace } from './pace.ts';
import { lossNotFinite } from './pretraining-failures.ts';
import {
  countSteps,
  nameOfWork,
  planOf,
  type Pretraining,
  type PretrainingHost,
} from './pretraining-task.ts';
import { describeLoaded, describeStep, describeTrial } from './pretraining-words.ts';

export interface Pretrained {
  readonly parameters: Parameters;
  readonly curve: readonly CurvePoint[];
  readonly measurements: readonly Measurement[];
}

/** The record of a run, kept beside the state of its network. */
interface Course {
  readonly curve: Curve;
  readonly measurements: Measurement[];
}

/**
 * Trains from the seed, or from the checkpoint of the same work. Throws TRAINING_SET_SMALL, LOSS_ABSENT, PATIENCE_BLIND,
 * LOSS_NOT_FINITE; when aborted it saves a checkpoint and throws the signal's reason.
 */
export async function pretrain(task: Pretraining, host: PretrainingHost): Promise<Pretrained> {
  const { measure, heldOut = [] } = task;
  const steps = countSteps(task);
  const last = Math.min(steps, task.steps ?? steps);
  const plan = planOf(task);
  const objective = pretextObjective(task.loss, task.protocol);
  const patience = measure?.patience ?? null;
  const workers = host.workers ?? host.cpus;
  if (steps > 0) host.log(describeMemory(trainingMemory({ ...task, workers }), process.availableMemory()));
  const trainer = await openTrainer({
    ...task,
    objective,
    cpus: host.cpus,
    workers,
    keepsBest: patience !== null,
    openSource: task.engine === 'tfjs' ? openTensorFlow(task) : undefined,
  });
  let next: Promise<Batch> | undefined;
  try {
    const { state } = trainer;
    if (task.weights !== undefined)
      host.log(describeLoaded(await loadWeights(task.weights, state.parameters)));
    const work = nameOfWork(task, steps);
    const saved = (await loadCheckpoint(host.checkpoint, work, state, host.checkpointsKept)) as
      Course | undefined;
    if (saved !== undefined) host.log(`resumed after step ${state.step} of ${steps}`);
    const { curve, measurements }: Course = saved ?? { curve: emptyCurve(), measurements: [] };
    let savedStep = saved === undefined ? undefined : state.step;
    let savedAt = performance.now();

    const stopUnlessFinite = (what: string, step: number, values: readonly number[]): void => {
      if (!values.every(Number.isFinite))
        throw lossNotFinite({ what, step, steps, task, plan, savedStep, host });
    };
    const fetchState = async (): Promise<void> => {
      await trainer.fetchState();
      stopUnlessFinite('a weight', state.step - 1, [sum(state.parameters.weights.data)]);
    };
    const save = async (): Promise<void> => {
      await fetchState();
      const record = { curve, measurements } as unknown as Json;
      await saveCheckpoint(host.checkpoint, work, state, record, host.checkpointsKept);
      savedStep = state.step;
      savedAt = performance.now();
    };

    const load = batchLoader(task, plan);
    const perEpoch = stepsPerEpoch(task.faces.length, task.batch);
    const first = state.step;
    const pace = startPace(task.batch);
    next = first < last ? load(first) : undefined;
    for (;;) {
      if (host.signal.aborted) await save();
      host.signal.throwIfAborted();
      const { step } = state;
      const isMeasured = measurements.at(-1)?.step === step;
      if (measure && heldOut.length > 0 && isDue(measure, step, perEpoch) && !isMeasured) {
        await fetchState();
        const result = await measureNetwork(
          task.layout,
          state.parameters,
          task.source,
          heldOut.slice(0, measure.faces),
          { ...host, backend: task.backend, protocol: task.protocol },
        ).catch((error: unknown) => {
          if (error instanceof FailureError && error.failure.code === 'METRIC_SCORE_NAN')
            stopUnlessFinite('a score of a held-out face', step - 1, [NaN]);
          throw error;
        });
        if (result === undefined) continue;
        measurements.push(measurementOf(step, result, task.loss));
        host.log(`step ${step} of ${steps}: ${describeMeasurement(measurements.at(-1) as Measurement)}`);
        if (state.best !== undefined && bestOf(measurements)?.step === step)
          copyParameters(state.best, state.parameters);
      }
      if (patience !== null && hasStalled(measurements, patience)) {
        host.log(
          `stopped early: the last ${patience} measurements were no better than at step ${bestOf(measurements)?.step}`,
        );
        break;
      }
      if (next === undefined) break;
      const { images, labels } = await pace.waitFor(next);
      next = step + 1 < last ? load(step + 1) : undefined;

      const rate = rateAt(task.schedule, task.optimizer, step, steps, perEpoch);
      const loss = await trainer.step(images, labels, rate);
      stopUnlessFinite('the loss', step, Object.values(loss));

      const epoch = Math.floor(step / perEpoch);
      const { learningRate } = rate;
      extendCurve(curve, { step: step + 1, epoch, learningRate, loss, last: next === undefined });
      const done = step + 1 - first;
      const speed =
        last < steps ? describeTrial(pace.secondsPerStep(done), task) : pace.describe(done, steps - step - 1);
      host.progress(step + 1, last, describeStep(loss, measurements.at(-1), speed));
      const due = typeof host.checkpointSteps === 'number' && state.step % host.checkpointSteps === 0;
      if (due || performance.now() - savedAt >= 1000 * host.checkpointSeconds) await save();
    }
    if (last < steps && state.step > first)
      host.log(
        `ended after step ${state.step} of ${steps}: ${describeTrial(pace.secondsPerStep(state.step - first), task)}`,
      );
    if (state.step > first)
      host.log(`${(100 * pace.waitedShare()).toFixed(1)} % of the time was spent waiting for pictures`);
    await fetchState();
    const parameters = measurements.length > 0 && state.best !== undefined ? state.best : state.parameters;
    return { parameters, curve: curve.points, measurements };
  } finally {
    await next?.catch(() => undefined);
    await trainer.close();
  }
}

/** Loaded where it is asked for alone. */
const openTensorFlow =
  (task: Pretraining): TrainerOptions['openSource'] =>
  async (weights) => {
    const [{ loadTfjs }, { openTfjsGradients }] = await Promise.all([
      import('../tfjs/library.ts'),
      import('../tfjs/gradients.ts'),
    ]);
    return openTfjsGradients(loadTfjs(), { ...task, weights });
  };

/** Not finite when one of the numbers is not. */
function sum(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i] as number;
  return total;
}
