/**
 * Which pictures make the minibatch of a step. It depends on the seed and the step alone, so a run that resumes at a
 * step sees what it would have seen.
 */
import { randomOf } from '../random.ts';
import type { Face, Picture } from './faces.ts';

export interface BatchPlan {
  readonly seed: number;
  readonly batch: number;
  /** How many pictures of each face there are; the first is the original. */
  readonly variants: number;
  /** Whether manipulated pictures take part. */
  readonly manipulated: boolean;
}

/** Steps in one pass over the faces; faces that do not fill a batch wait for another epoch's order. */
export function stepsPerEpoch(faces: number, batch: number): number {
  return Math.floor(faces / batch);
}

/**
 * The pictures of `step`, counted from 0: every epoch takes the faces in an order of its own. A picture is the
 * original with probability 1/2, else one of the manipulations, each as likely.
 */
export function batchPictures(faces: readonly Face[], plan: BatchPlan, step: number): Picture[] {
  const { seed, batch, variants, manipulated } = plan;
  const steps = stepsPerEpoch(faces.length, batch);
  const epoch = Math.floor(step / steps);
  const start = (step % steps) * batch;
  const order = randomOf(seed, 'order', epoch).permutation(faces.length);
  const random = randomOf(seed, 'variants', step);
  return Array.from(order.subarray(start, start + batch), (place) => {
    const altered = manipulated && random.uniform() >= 0.5;
    return { face: faces[place] as Face, variant: altered ? 1 + random.integer(variants - 1) : 0 };
  });
}

/** Parts the faces by a seeded order: the last `heldOut` of it are never trained on. */
export function splitHeldOut(
  faces: readonly Face[],
  heldOut: number,
  seed: number,
): { readonly training: Face[]; readonly heldOut: Face[] } {
  const order = Array.from(
    randomOf(seed, 'held-out').permutation(faces.length),
    (place) => faces[place] as Face,
  );
  const border = Math.max(0, order.length - heldOut);
  return { training: order.slice(0, border), heldOut: order.slice(border) };
}
