/**
 * The optimiser's step shared out over the cores, a stretch of the weights for each: every weight is moved by itself,
 * so that the number of parts changes no bit. A small network is moved at once.
 */
import type { Block } from './parameters.ts';
import { sizeOf } from './layout.ts';
import {
  optimizerStep,
  stretches,
  type Moments,
  type Optimizer,
  type Rate,
  type Stretch,
} from './optimizer.ts';
import { startThread } from './thread.ts';

/** What one thread moves; arrays in memory that threads share. */
export interface Part {
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly moments: Moments;
  readonly groups: readonly Stretch[];
  readonly optimizer: Optimizer;
}

export interface SharedOptimizer {
  /** `step` counts from 1. Throws WORKER_ENDED. */
  step(rate: Rate, step: number): Promise<void>;
  close(): Promise<void>;
}

/** Fewer weights are moved sooner than a thread is woken. */
const leastShared = 1_000_000;

/** Close it. */
export function openOptimizer(
  { parameters, data: weights }: Block,
  { data: gradients }: Block,
  moments: Moments,
  optimizer: Optimizer,
  cpus: number,
): SharedOptimizer {
  const groups = stretches(parameters, ({ shape }) => sizeOf(shape), optimizer.decay);
  const count = weights.length < leastShared ? 1 : cpus;
  const [own, ...others] = Array.from({ length: count }, (_, index): Part => {
    const [start, end] = [index, index + 1].map((place) => Math.round((place * weights.length) / count)) as [
      number,
      number,
    ];
    return {
      weights: weights.subarray(start, end),
      gradients: gradients.subarray(start, end),
      moments: { first: moments.first.subarray(start, end), second: moments.second.subarray(start, end) },
      groups: within(groups, start, end),
      optimizer,
    };
  }) as [Part, ...Part[]];
  const threads = others.map((part, index) =>
    startThread(new URL('./optimizer-worker.ts', import.meta.url), part, index + 1),
  );
  return {
    async step(rate, step) {
      await Promise.all(threads.map(({ ready }) => ready));
      const done = Promise.all(threads.map((thread) => thread.run({ rate, step })));
      optimizerStep(own.weights, own.gradients, own.moments, own.groups, own.optimizer, rate, step);
      await done;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** The groups' parts from `start` up to `end`, counted from `start`. */
function within(groups: readonly Stretch[], start: number, end: number): Stretch[] {
  return groups
    .map((group) => ({
      ...group,
      start: Math.max(group.start, start) - start,
      end: Math.min(group.end, end) - start,
    }))
    .filter((group) => group.start < group.end);
}
