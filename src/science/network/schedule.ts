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

/**
 * From the full rate to `minimum` along half a cosine (Loshchilov and Hutter 2017), and where the period is shorter
 * than the training, up again along the other half, as PyTorch's `CosineAnnealingLR` does behind its T_max.
 */
interface Cosine {
  readonly name: 'cosine';
  /** Learning rate at the bottom: eta_min. 0 by default. */
  readonly minimum?: number;
  /** Steps from top to bottom, as a share of all: T_max. 1 by default. */
  readonly period?: number;
  /** Share of the steps in which the rate rises along a line before. 0 by default. */
  readonly linearWarmUp?: number;
  /** Whether the rate changes with every step, the default, or stays for an epoch. */
  readonly every?: 'step' | 'epoch';
}

const oneCycleStart = 1 / 25;
const oneCycleEnd = oneCycleStart / 1e4;
const beta1Range = { base: 0.85, full: 0.95 };

/** The rate of `step`, counted from 0, of `steps`. `full` is the highest rate. */
export function rateAt(schedule: Schedule, full: Rate, step: number, steps: number, stepsPerEpoch = 1): Rate {
  if (schedule.name === 'cosine')
    return { ...full, learningRate: cosine(schedule, full.learningRate, step, steps, stepsPerEpoch) };
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

function cosine(schedule: Cosine, full: number, step: number, steps: number, stepsPerEpoch: number): number {
  const { minimum = 0, period = 1, linearWarmUp = 0, every = 'step' } = schedule;
  const rise = linearWarmUp * steps;
  if (step < rise) return (full * (step + 1)) / (rise + 1);
  const place = every === 'step' ? step : Math.floor(step / stepsPerEpoch) * stepsPerEpoch;
  return between(full, minimum, Math.max(0, place - rise) / ((steps - rise) * period));
}

/** From `start` (share 0) to `end` (share 1) along half a cosine. */
function between(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
