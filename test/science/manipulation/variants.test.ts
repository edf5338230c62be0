import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variantNames, variantsOf } from '../../../src/science/manipulation/variants.ts';
import { randomOf } from '../../../src/science/random.ts';
import { anyFace, facePointsAt, flip, noise } from './face.ts';

const affine = { grid: 4, deviation: [0.02, 0.05] } as const;

describe('variantsOf', () => {
  it('keeps the photo and changes it in four ways, each in its own part of the face', () => {
    const image = noise(100, 100);
    const points = facePointsAt(50, 50, 60);
    const [original, eyes, mouthAcross, mouthDown, warped] = variantsOf(
      image,
      points,
      { flip, affine, frame: { width: 100, height: 100 } },
      randomOf(1),
    );
    expect(original).toBe(image);
    expect(changedRows(image, eyes)).toEqual({ from: 26, to: 38 });
    expect(changedRows(image, mouthAcross)).toEqual(changedRows(image, mouthDown));
    expect(changedRows(image, mouthDown).from).toBeGreaterThan(60);
    expect(warped?.data).not.toEqual(image.data);
  });

  it('takes any points and any size, also where the face leaves the picture', () => {
    fc.assert(
      fc.property(anyFace, fc.boolean(), ({ image, landmarks }, followRoll) => {
        const options = { flip: { ...flip, followRoll }, affine, frame: image };
        const variants = variantsOf(image, landmarks, options, randomOf(1));
        expect(variants).toHaveLength(variantNames.length);
        for (const { width, height, data } of variants)
          expect([width, height, data.length]).toEqual([image.width, image.height, image.data.length]);
      }),
      { numRuns: 60 },
    );
  });
});

function changedRows(
  image: { width: number; data: Uint8Array },
  variant: { data: Uint8Array } | undefined,
): { from: number; to: number } {
  const rows = Array.from(image.data.keys())
    .filter((i) => image.data[i] !== variant?.data[i])
    .map((i) => Math.floor(i / 3 / image.width));
  return { from: Math.min(...rows), to: Math.max(...rows) };
}
