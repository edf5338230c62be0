/** How the learning rate goes from the first step to the last. */
import type { Rate } from './optimizer.ts';

export type Schedule = OneCycle | Cosine;

/**
 * Up to the full rate, then down to almost nothing, both along half a cosine (Smith and Topin 2018; PyTorch's
 * `OneCycleLR` with its defaults).
 */
interface OneCycle {
  readonly name: 'one-cycle';
  /** Share of the steps in which the rate rises; .3 by default. */
  readonly warmUp?: number;
  /** Whether beta1 goes the other way, .95 to .85 to .95, as in PyTorch. */
  readonly cycleBeta1?: boolean;
}

/** From the full rate to `minimum` along half a cosine (Loshchilov and Hutter 2017, without restarts). */
interface Cosine {
  readonly name: 'cosine';
  readonly minimum?: number;
}

const oneCycleStart = 1 / 25;
const oneCycleEnd = oneCycleStart / 1e4;
const beta1Range = { base: 0.85, full: 0.95 };

/** The rate of `step`, counted from 0, of `steps`. `full` is the highest rate. */
export function rateAt(schedule: Schedule, full: Rate, step: number, steps: number): Rate {
  if (schedule.name === 'cosine') {
    const minimum = schedule.minimum ?? 0;
    return { ...full, learningRate: between(full.learningRate, minimum, step / steps) };
  }
  const top = Math.max(0, (schedule.warmUp ?? 0.3) * steps - 1);
  const rising = step <= top;
  const progress = rising ? (top === 0 ? 1 : step / top) : (step - top) / (steps - 1 - top);
  const along = (start: number, middle: number, end: number): number =>
    rising ? between(start, middle, progress) : between(middle, end, progress);
  return {
    learningRate: full.learningRate * along(oneCycleStart, 1, oneCycleEnd),
    beta1:
      (schedule.cycleBeta1 ?? true) ? along(beta1Range.full, beta1Range.base, beta1Range.full) : full.beta1,
  };
}

/** From `start` (share 0) to `end` (share 1) along half a cosine. */
function between(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
