import { describe, expect, it } from 'vitest';
import {
  batchPictures,
  splitHeldOut,
  stepsPerEpoch,
  type BatchPlan,
} from '../../../src/science/ranking/batches.ts';
import type { Face } from '../../../src/science/ranking/faces.ts';

const faces = Array.from({ length: 50 }, (_, row): Face => ({
  id: `${row}.jpg`,
  row,
  tags: { aperture: 2, exposureTime: 1, focalLength: 50, iso: 100 },
}));
const plan: BatchPlan = { seed: 3, batch: 8, variants: 5, manipulated: true };
const steps = stepsPerEpoch(faces.length, plan.batch);

describe('the pictures of an epoch', () => {
  it('show each face at most once, in whole batches', () => {
    expect(steps).toBe(6);
    expect(new Set(rowsOf(0)).size).toBe(48);
  });

  it('come in another order in the next epoch', () => {
    expect(rowsOf(1)).not.toEqual(rowsOf(0));
  });

  it('depend on seed and step alone', () => {
    expect(batchPictures(faces, plan, 7)).toEqual(batchPictures(faces, plan, 7));
    expect(batchPictures(faces, { ...plan, seed: 4 }, 7)).not.toEqual(batchPictures(faces, plan, 7));
  });

  it('are originals half of the time, and each manipulation an eighth', () => {
    const counts = [0, 0, 0, 0, 0];
    const many = 2000;
    for (let step = 0; step < many; step++)
      for (const { variant } of batchPictures(faces, plan, step))
        counts[variant] = (counts[variant] as number) + 1;
    const [original, ...others] = counts.map((count) => count / (many * plan.batch));
    expect(original).toBeCloseTo(0.5, 1);
    for (const share of others) expect(share).toBeCloseTo(0.125, 1.5);
  });

  it('are all originals where manipulations take no part', () => {
    for (let step = 0; step < 20; step++)
      expect(
        batchPictures(faces, { ...plan, manipulated: false }, step).every(({ variant }) => variant === 0),
      ).toBe(true);
  });
});

describe('holding faces out', () => {
  it('parts the faces by the seed, none in both parts', () => {
    const { training, heldOut } = splitHeldOut(faces, 12, 1);
    expect(heldOut).toHaveLength(12);
    expect(new Set([...training, ...heldOut])).toEqual(new Set(faces));
    expect(splitHeldOut(faces, 12, 1).heldOut).toEqual(heldOut);
    expect(splitHeldOut(faces, 12, 2).heldOut).not.toEqual(heldOut);
  });

  it('leaves nothing to train on when all are held out', () => {
    expect(splitHeldOut(faces, 60, 1)).toMatchObject({ training: [], heldOut: { length: 50 } });
  });
});

/** The faces shown in an epoch, by row. */
function rowsOf(epoch: number): number[] {
  return Array.from({ length: steps }, (_, step) => batchPictures(faces, plan, epoch * steps + step))
    .flat()
    .map(({ face }) => face.row);
}
