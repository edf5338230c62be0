/** What pretraining says of itself, on the terminal and in its log. */
import type { LoadedWeights } from '../network/weights/load-weights.ts';
import { describeMeasurement, type Measurement } from './held-out-course.ts';

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

export function describeLoaded({ prefix, loaded, missing, unexpected }: LoadedWeights): string {
  const where = prefix === '' ? '' : ` (under ${prefix})`;
  return `${loaded.length} parameters from the file of weights${where}; not in it ${names(missing)}; not in the network ${names(unexpected)}`;
}

function names(list: readonly string[]): string {
  return `${list.length}${list.length === 0 ? '' : `: ${list.slice(0, 8).join(', ')}${list.length > 8 ? ', ...' : ''}`}`;
}
