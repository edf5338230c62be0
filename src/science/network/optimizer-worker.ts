/** A thread that moves a part of the weights: told the rate and the step, it answers when its part is moved. */
import { parentPort, workerData } from 'node:worker_threads';
import { optimizerStep, type Rate } from './optimizer.ts';
import type { Part } from './shared-optimizer.ts';

const { weights, gradients, moments, groups, optimizer } = workerData as Part;

parentPort?.on('message', (message: { readonly rate: Rate; readonly step: number } | 'close') => {
  if (message === 'close') parentPort?.close();
  else {
    optimizerStep(weights, gradients, moments, groups, optimizer, message.rate, message.step);
    parentPort?.postMessage('done', []);
  }
});
parentPort?.postMessage('ready', []);
