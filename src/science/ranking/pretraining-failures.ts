/** How training on the pretext task can fail, and what to do about it. */
import { FailureError } from '../../failure.ts';
import { checkpointFile } from '../network/checkpoint.ts';
import { batchPictures, stepsPerEpoch, type BatchPlan } from './batches.ts';
import type { Face, Faces } from './faces.ts';

export function trainingSetSmall(faces: number, batch: number): FailureError {
  return new FailureError({
    code: 'TRAINING_SET_SMALL',
    message: `${faces} faces are left to train on, a minibatch takes ${batch}`,
    remedy: 'give more photographs, or lower `batch` or `heldOut`',
  });
}

export function lossAbsent(): FailureError {
  return new FailureError({
    code: 'LOSS_ABSENT',
    message: 'both losses are off, so nothing can be learnt',
    remedy: 'turn `loss.exif` or `loss.manipulation` on, or set `epochs` to 0 for an untrained network',
  });
}

export function patienceBlind(): FailureError {
  return new FailureError({
    code: 'PATIENCE_BLIND',
    message: 'no photographs are held out, so that nothing can say when training has gone on long enough',
    remedy: 'raise `heldOut`, or set `measure.patience` to null',
  });
}

export interface NotFinite {
  /** What was found. */
  readonly what: string;
  /** Counted from 0. */
  readonly step: number;
  readonly steps: number;
  readonly task: { readonly faces: readonly Face[]; readonly source: Faces };
  readonly plan: BatchPlan;
  /** Steps taken at the last checkpoint. */
  readonly savedStep: number | undefined;
  readonly host: { readonly checkpoint: string };
}

export function lossNotFinite({ what, step, steps, task, plan, savedStep, host }: NotFinite): FailureError {
  const epoch = Math.floor(step / stepsPerEpoch(task.faces.length, plan.batch));
  const batch = batchPictures(task.faces, plan, step).map(
    ({ face, variant }) => `${face.id} ${task.source.variants[variant]}`,
  );
  const checkpoint =
    savedStep === undefined
      ? 'no checkpoint was written'
      : `the last checkpoint, after step ${savedStep}, is ${checkpointFile(host.checkpoint)}`;
  return new FailureError({
    code: 'LOSS_NOT_FINITE',
    message: `${what} is not a finite number at step ${step + 1} of ${steps}, epoch ${epoch}; ${checkpoint}; the batch was ${batch.join(', ')}`,
    remedy: 'lower the learning rate, or look at the pictures of this batch',
  });
}
