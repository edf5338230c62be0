/** Fits the mixture to the features of real faces and sets the threshold below which an image is an anomaly. */
import { readFeatureSet } from '../src/science/datasets/feature-set.ts';
import { falseAlarmRate } from '../src/science/metrics/balanced-accuracy.ts';
import { scoreFeatures, type AnomalyDetector } from '../src/science/mixture/detector.ts';
import { writeDetector } from '../src/science/mixture/files.ts';
import { fitMixture } from '../src/science/mixture/fit.ts';
import { checkFinite, rowsInMemory } from '../src/science/mixture/rows.ts';
import { measureStandardisation } from '../src/science/mixture/standardisation.ts';
import { thresholdAt } from '../src/science/mixture/threshold.ts';
import { defineStage } from '../src/stage.ts';
import type { GmmParameters } from './parameters.ts';

export default defineStage<GmmParameters>({
  async run({ params, inputs, output, signal, cpus, progress, log, metric }) {
    const train = await readFeatureSet(inputs.one('train'));
    checkFinite(train.data, train.width, train.name, train.ids);
    const standardisation = params.standardize ? measureStandardisation(train.data, train.width) : undefined;
    const total = params.starts * params.maximumIterations;
    const fitted = await fitMixture(rowsInMemory(train.data, train.width, standardisation), {
      ...params,
      cpus,
      memory: params.memory * 2 ** 20,
      signal,
      progress: (start, iteration, lowerBound) =>
        progress({
          done: start * params.maximumIterations + iteration,
          total,
          unit: 'iterations',
          note: `lower bound ${lowerBound.toFixed(4)}`,
        }),
    });
    const threshold = thresholdAt(fitted.logLikelihoods, params.percentile);
    const detector: AnomalyDetector = { mixture: fitted.mixture, standardisation, threshold };
    const { rows, convergence, aic, bic } = await writeDetector(output, detector, fitted, params.percentile);

    const { iterations, converged } = convergence;
    log(
      `${converged ? 'converged' : 'stopped before it converged'} after ${iterations} iterations; threshold ${threshold}`,
    );
    const lowerBound = convergence.lowerBounds.at(-1) as number;
    metric({ name: 'iterations', value: iterations, direction: 'none', unit: 'iterations' });
    metric({ name: 'lowerBound', value: lowerBound, direction: 'higher', unit: 'nat', count: rows });
    metric({ name: 'aic', value: aic, direction: 'lower', unit: 'nat', count: rows });
    metric({ name: 'bic', value: bic, direction: 'lower', unit: 'nat', count: rows });

    const validation = await readFeatureSet(inputs.one('validation'));
    const count = validation.ids.length;
    if (count === 0) return log('no validation images: nothing is held out');
    const heldOut = await scoreFeatures(detector, validation, { cpus, signal });
    const mean = heldOut.reduce((sum, value) => sum + value, 0) / count;
    metric({ name: 'logLikelihood.heldOut', value: mean, direction: 'higher', unit: 'nat', count });
    const falseAlarms = 100 * falseAlarmRate(heldOut, threshold);
    metric({ name: 'falseAlarm.validation', value: falseAlarms, direction: 'lower', unit: 'percent', count });
  },
});
