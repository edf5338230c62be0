/** Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), step by step as PyTorch's `AdamW`. */
export interface AdamW {
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** What a schedule may change from step to step. */
export interface Rate {
  readonly learningRate: number;
  readonly beta1: number;
}

/** Running averages of the gradient and of its square; zeros before the first step. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Changes `weights` and `moments` in place. `step` counts from 1. */
export function adamwStep(
  weights: Float32Array,
  gradients: Float32Array,
  { first, second }: Moments,
  { beta2, epsilon, weightDecay }: AdamW,
  { learningRate, beta1 }: Rate,
  step: number,
): void {
  const keep = 1 - learningRate * weightDecay;
  const stepSize = learningRate / (1 - beta1 ** step);
  const secondScale = 1 / Math.sqrt(1 - beta2 ** step);
  for (let i = 0; i < weights.length; i++) {
    const gradient = gradients[i] as number;
    const mean = beta1 * (first[i] as number) + (1 - beta1) * gradient;
    const square = beta2 * (second[i] as number) + (1 - beta2) * gradient * gradient;
    first[i] = mean;
    second[i] = square;
    weights[i] =
      (weights[i] as number) * keep - (stepSize * mean) / (Math.sqrt(square) * secondScale + epsilon);
  }
}
