/**
 * Adam (Kingma and Ba, ICLR 2015), step by step as PyTorch's: with decoupled weight decay (`AdamW`, Loshchilov and
 * Hutter, ICLR 2019) or with L2 regularisation added to the gradient (`Adam`'s weight_decay).
 */
import type { NamedParameter } from './layout.ts';

export interface Optimizer {
  /** How weight decay acts; `adamw` where absent. */
  readonly name?: 'adamw' | 'adam';
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Which weights decay: all, the default, or `kernels` alone: neither biases nor the gains and shifts of normalisations. */
  readonly decay?: 'all' | 'kernels';
  /** The gradient of all weights is scaled down to this length where it is longer. */
  readonly clipNorm?: number | null;
}

/** What a schedule may change from step to step. */
export interface Rate {
  readonly learningRate: number;
  readonly beta1: number;
}

/** A batch's share in the running statistics of normalisations: PyTorch's momentum. */
export const statisticsMomentum = 0.1;

/** Running averages of the gradient and of its square; zeros before the first step. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Neighbouring weights, from `start` up to `end`, that decay or do not. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

/** The weights of a block, in order, as few stretches as there are changes. */
export function stretches(
  parameters: readonly NamedParameter[],
  sizeOf: (parameter: NamedParameter) => number,
  decay: Optimizer['decay'] = 'all',
): Stretch[] {
  const result: Stretch[] = [];
  let start = 0;
  for (const parameter of parameters) {
    const end = start + sizeOf(parameter);
    const decays = doesDecay(parameter, decay);
    const last = result.at(-1);
    if (last?.decays === decays) result[result.length - 1] = { ...last, end };
    else result.push({ start, end, decays });
    start = end;
  }
  return result;
}

/** Biases and the gains and shifts of normalisations are vectors. */
export function doesDecay({ shape }: NamedParameter, decay: Optimizer['decay'] = 'all'): boolean {
  return decay === 'all' || shape.length > 1;
}

/** Changes `weights` and `moments` in place. `step` counts from 1. */
export function optimizerStep(
  weights: Float32Array,
  gradients: Float32Array,
  moments: Moments,
  groups: readonly Stretch[],
  optimizer: Optimizer,
  rate: Rate,
  step: number,
): void {
  for (const { start, end, decays } of groups)
    adamStep(
      weights.subarray(start, end),
      gradients.subarray(start, end),
      { first: moments.first.subarray(start, end), second: moments.second.subarray(start, end) },
      decays ? optimizer : { ...optimizer, weightDecay: 0 },
      rate,
      step,
    );
}

function adamStep(
  weights: Float32Array,
  gradients: Float32Array,
  { first, second }: Moments,
  { name, beta2, epsilon, weightDecay }: Optimizer,
  { learningRate, beta1 }: Rate,
  step: number,
): void {
  const added = name === 'adam' ? weightDecay : 0;
  const keep = name === 'adam' ? 1 : 1 - learningRate * weightDecay;
  const stepSize = learningRate / (1 - beta1 ** step);
  const secondScale = 1 / Math.sqrt(1 - beta2 ** step);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    const gradient = (gradients[i] as number) + added * weight;
    const mean = beta1 * (first[i] as number) + (1 - beta1) * gradient;
    const square = beta2 * (second[i] as number) + (1 - beta2) * gradient * gradient;
    first[i] = mean;
    second[i] = square;
    weights[i] = weight * keep - (stepSize * mean) / (Math.sqrt(square) * secondScale + epsilon);
  }
}

/** Scales `gradients` in place to a length of at most `norm`, as PyTorch's `clip_grad_norm_`. */
export function clip(gradients: Float32Array, norm: number): void {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += (gradients[i] as number) ** 2;
  const scale = norm / (Math.sqrt(squares) + 1e-6);
  if (scale < 1) for (let i = 0; i < gradients.length; i++) gradients[i] = (gradients[i] as number) * scale;
}
