/** Fits the mixture to the features of real faces and sets the threshold below which an image is an anomaly. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  joinFeatureSets,
  openFeatureSet,
  readFeatureSet,
  type OpenFeatureSet,
} from '../src/science/datasets/feature-set.ts';
import { falseAlarmRate } from '../src/science/metrics/balanced-accuracy.ts';
import { scoreFeatures, type AnomalyDetector } from '../src/science/mixture/detector.ts';
import { readDetector, writeDetector, type HeldOutFile } from '../src/science/mixture/files.ts';
import { fitMixture, type FittedMixture } from '../src/science/mixture/fit.ts';
import { checkFiniteRows, rowsInMemory, rowsOnDisk } from '../src/science/mixture/rows.ts';
import { measureStandardisation } from '../src/science/mixture/measure-standardisation.ts';
import { thresholdAt } from '../src/science/mixture/threshold.ts';
import { defineStage, type StageContext } from '../src/stage.ts';
import type { GmmParameters } from './parameters.ts';

type Context = StageContext<GmmParameters>;
type Fitted = AnomalyDetector & { readonly fitted: FittedMixture };

/** A killed fit loses about as much. */
const checkpointSeconds = 10;

export default defineStage<GmmParameters>({
  async run(context) {
    const { params, output, log, metric } = context;
    const train = await openFitted(context);
    const { fitted, ...detector } = await closing(train, () => fitDetector(context, train));
    const file = await writeDetector(output, detector, fitted, params.percentile);

    const { rows, convergence, aic, bic } = file;
    const { iterations, converged, lowerBounds } = convergence;
    log(
      `${converged ? 'converged' : 'stopped before it converged'} after ${iterations} iterations; threshold ${detector.threshold}`,
    );
    const lowerBound = lowerBounds.at(-1) as number;
    metric({ name: 'iterations', value: iterations, direction: 'none', unit: 'iterations' });
    metric({ name: 'lowerBound', value: lowerBound, direction: 'higher', unit: 'nat', count: rows });
    metric({ name: 'aic', value: aic, direction: 'lower', unit: 'nat', count: rows });
    metric({ name: 'bic', value: bic, direction: 'lower', unit: 'nat', count: rows });
    if (params.fitTo === 'train') await measureHeldOut(context, detector);
    else log('fitted to the validation images too: nothing is held out');
  },
});

/** The rows that the mixture is fitted to. */
async function openFitted({ params, inputs }: Context): Promise<OpenFeatureSet> {
  const train = await openFeatureSet(inputs.one('train'));
  if (params.fitTo === 'train') return train;
  let validation: OpenFeatureSet | undefined;
  try {
    validation = await openFeatureSet(inputs.one('validation'));
    return joinFeatureSets(train, validation);
  } catch (error) {
    await Promise.all([train.close(), validation?.close()]);
    throw error;
  }
}

async function closing<Value>(set: OpenFeatureSet, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } finally {
    await set.close();
  }
}

async function fitDetector(
  { params, inputs, signal, cpus, checkpoint, progress }: Context,
  train: OpenFeatureSet,
): Promise<Fitted> {
  const memory = params.memory * 2 ** 20;
  // What is larger than the working memory stays on disk; the numbers are the same.
  const isSmall = train.ids.length * train.width * Float32Array.BYTES_PER_ELEMENT <= memory;
  const data = isSmall ? await train.read(0, train.ids.length) : undefined;
  const rowsOf = (standardisation?: AnomalyDetector['standardisation']) =>
    data === undefined
      ? rowsOnDisk(train, standardisation)
      : rowsInMemory(data, train.width, standardisation);
  await checkFiniteRows(rowsOf(), train.name, train.ids);
  const standardisation = params.standardize ? await measureStandardisation(rowsOf()) : undefined;
  const fewer = inputs.optional('fewer');
  const total = params.starts * params.maximumIterations;
  const fitted = await fitMixture(rowsOf(standardisation), {
    ...params,
    fewer: fewer && (await readDetector(fewer.path)).mixture,
    cpus,
    memory,
    signal,
    checkpoint: { folder: checkpoint, seconds: checkpointSeconds },
    progress: (start, iteration, lowerBound) =>
      progress({
        done: start * params.maximumIterations + iteration,
        total,
        unit: 'iterations',
        note: `lower bound ${lowerBound.toFixed(4)}`,
      }),
  });
  const threshold = thresholdAt(fitted.logLikelihoods, params.percentile);
  return { mixture: fitted.mixture, standardisation, threshold, fitted };
}

async function measureHeldOut(
  { inputs, output, cpus, signal, log, metric }: Context,
  detector: AnomalyDetector,
): Promise<void> {
  const validation = await readFeatureSet(inputs.one('validation'));
  const count = validation.ids.length;
  if (count === 0) return log('no validation images: nothing is held out');
  const heldOut = await scoreFeatures(detector, validation, { cpus, signal });
  const mean = heldOut.reduce((sum, value) => sum + value, 0) / count;
  metric({ name: 'logLikelihood.heldOut', value: mean, direction: 'higher', unit: 'nat', count });
  const falseAlarms = falseAlarmRate(heldOut, detector.threshold);
  const file: HeldOutFile = { rows: count, logLikelihood: mean, falseAlarmRate: falseAlarms };
  await writeFile(join(output, 'held-out.json'), `${JSON.stringify(file, null, 1)}\n`);
  metric({
    name: 'falseAlarm.validation',
    value: 100 * falseAlarms,
    direction: 'lower',
    unit: 'percent',
    count,
  });
}
