/** What pretraining says of itself, on the terminal and in its log. */
import type { LoadedWeights } from '../network/weights/load-weights.ts';
import { digitsInGroups } from '../datasets/check-page.ts';
import { paperCounts } from '../datasets/public-sets.ts';
import { stepsPerEpoch } from './batches.ts';
import { describeMeasurement, type Measurement } from './held-out-course.ts';
import { inWords } from './pace.ts';

/** `loss 0.683 (exif 0.402, manipulation 0.281), 83.1 images/s, 12 min left; held out: ranking iso 91 %`. */
export function describeStep(
  loss: Readonly<Record<string, number>>,
  measured: Measurement | undefined,
  pace: string,
): string {
  const parts = Object.entries(loss).map(
    ([name, value]) => `${name.replace(/^loss\./, '')} ${value.toFixed(3)}`,
  );
  const total = `loss ${Object.values(loss)
    .reduce((total, part) => total + part, 0)
    .toFixed(3)}`;
  const held = measured === undefined ? '' : `; held out: ${describeMeasurement(measured)}`;
  return `${total}${parts.length > 1 ? ` (${parts.join(', ')})` : ''}, ${pace}${held}`;
}

/** `a step takes 147.2 s; at this rate 20 epochs over 200,000 photographs take 638.6 h`: as many as the paper has. */
export function describeTrial(
  secondsPerStep: number,
  { epochs, batch }: { readonly epochs: number; readonly batch: number },
): string {
  const { photos } = paperCounts;
  const steps = epochs * stepsPerEpoch(photos, batch);
  return `a step takes ${secondsPerStep.toPrecision(4)} s; at this rate ${epochs} epochs over ${digitsInGroups(photos)} photographs take ${inWords(secondsPerStep * steps)}`;
}

export function describeLoaded({ prefix, loaded, missing, unexpected }: LoadedWeights): string {
  const where = prefix === '' ? '' : ` (under ${prefix})`;
  return `${loaded.length} parameters from the file of weights${where}; not in it ${names(missing)}; not in the network ${names(unexpected)}`;
}

function names(list: readonly string[]): string {
  return `${list.length}${list.length === 0 ? '' : `: ${list.slice(0, 8).join(', ')}${list.length > 8 ? ', ...' : ''}`}`;
}
