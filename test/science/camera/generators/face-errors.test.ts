import { describe, expect, it } from 'vitest';
import { drawFaceErrors } from '../../../../src/science/camera/generators/face-errors.ts';
import { randomOf } from '../../../../src/science/random.ts';
import { someScene } from '../scenes.ts';

describe('errors in faces', () => {
  it('leave a face as it is at strength 0', () => {
    const { face, light } = someScene();
    expect(drawFaceErrors(randomOf(1), face, light, 0)).toEqual(face);
  });

  it('make the eyes disagree and move the mouth, more so at greater strength', () => {
    const { face, light } = someScene();
    const spread = (strength: number): Record<string, number> => {
      const sums = { gaze: 0, level: 0, mouth: 0, slope: 0 };
      for (let index = 0; index < 200; index++) {
        const { eyes, mouth } = drawFaceErrors(randomOf(2, index), face, light, strength);
        sums.gaze += (eyes[1].gaze - eyes[0].gaze) ** 2;
        sums.level += (eyes[1].v - eyes[0].v - face.eyes[1].v + face.eyes[0].v) ** 2;
        sums.mouth += (mouth.u - face.mouth.u) ** 2;
        sums.slope += mouth.slope ** 2;
      }
      return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Math.sqrt(sum / 200)]));
    };
    const expected = { gaze: 0.06, level: 0.036, mouth: 0.04, slope: 0.05 };
    for (const [strength, found] of [1, 2].map((value) => [value, spread(value)] as const))
      for (const [name, deviation] of Object.entries(expected)) {
        expect((found[name] as number) / (deviation * strength)).toBeGreaterThan(0.85);
        expect((found[name] as number) / (deviation * strength)).toBeLessThan(1.15);
      }
  });

  it('keep eyes from vanishing: their width changes by no more than 35 %', () => {
    const { face, light } = someScene();
    for (let index = 0; index < 200; index++)
      for (const { narrowing } of drawFaceErrors(randomOf(3, index), face, light, 5).eyes) {
        expect(narrowing).toBeGreaterThanOrEqual(0.65);
        expect(narrowing).toBeLessThanOrEqual(1.35);
      }
  });
});
